import { setTimeout as wait } from 'node:timers/promises';
import { replyTo } from '../camera/mischief.ts';
import { agent } from '../support/processes.ts';
import { type Site, type SiteCamera, STALL_MS, withStallMs } from './site.ts';

/** Something that happens to the system and passes. */
export interface Mishap {
  /** How often, against the others. What ends camera processes is rarer: memory shows in lives that are long. */
  readonly weight: number;
  /** It happens to one camera. */
  readonly ofCamera?: true;
  /** Resolves when its cause is gone. @param forMs how long it lasts where it lasts */
  happen(site: Site, camera: SiteCamera, forMs: number): Promise<void>;
  /** What the log must say while it lasts or soon after: a camera that does not stream, capture that is off, a message. */
  readonly says?: 'camera' | 'capture' | RegExp;
}

/** Longer than the watchdog and both of its attempts: nobody may miss it. */
const NOTICED_MS = 3 * STALL_MS;

const onCable =
  (set: (cable: SiteCamera['cable']) => void): Mishap['happen'] =>
  async (_, { cable }, forMs) => {
    set(cable);
    await wait(forMs + NOTICED_MS);
    cable.mend();
  };

export const MISHAPS: Readonly<Record<string, Mishap>> = {
  'camera drops its connections': {
    weight: 3,
    ofCamera: true,
    async happen(_, { camera }) {
      camera.dropClients();
    },
    says: 'camera',
  },
  'camera falls silent': {
    weight: 2,
    ofCamera: true,
    async happen(_, { camera }, forMs) {
      camera.stall();
      await wait(forMs + NOTICED_MS);
      camera.resume();
    },
    says: 'camera',
  },
  'camera cannot be reached': {
    weight: 2,
    ofCamera: true,
    async happen(_, { cable }, forMs) {
      cable.refuses = true;
      cable.reset();
      await wait(forMs);
      cable.mend();
    },
    says: 'camera',
  },
  'camera answers with an error': {
    weight: 1,
    ofCamera: true,
    async happen(_, { camera }, forMs) {
      camera.mischief.reply = replyTo('DESCRIBE', () => ({ status: 404 }));
      camera.dropClients();
      await wait(forMs);
      delete camera.mischief.reply;
    },
    says: 'camera',
  },
  'camera changes to another codec and back': {
    weight: 2,
    ofCamera: true,
    async happen({ films }, { camera, film }, forMs) {
      await camera.show(films.otherCodec);
      await wait(forMs + NOTICED_MS);
      await camera.show(film);
    },
    says: 'camera',
  },
  'camera sends garbage between pictures': {
    weight: 1,
    ofCamera: true,
    async happen(_, { camera }, forMs) {
      camera.mischief.between = () => Buffer.from('\r\nno packet \0\x01');
      await wait(forMs + NOTICED_MS);
      delete camera.mischief.between;
    },
    says: 'camera',
  },
  'network: too slow for the stream': {
    weight: 2,
    ofCamera: true,
    happen: onCable((cable) => {
      cable.bytesPerS = 2_000;
    }),
    says: 'camera',
  },
  'network: late, unsteady, and every twentieth segment lost': {
    weight: 2,
    ofCamera: true,
    happen: onCable((cable) => {
      cable.delayMs = 100;
      cable.jitterMs = 150;
      cable.lossShare = 0.05;
    }),
  },
  'network: what the camera sends is lost, without an end': {
    weight: 2,
    ofCamera: true,
    happen: onCable((cable) => {
      cable.change = (chunk, towards) => (towards === 'client' ? undefined : chunk);
    }),
    says: 'camera',
  },
  'decoder killed': {
    weight: 4,
    async happen(site, _, forMs) {
      site.kill('decoder', Math.round(forMs), 'SIGKILL');
    },
    says: 'camera',
  },
  'decoder frozen': {
    weight: 2,
    async happen(site, _, forMs) {
      site.kill('decoder', Math.round(forMs), 'SIGSTOP');
    },
    says: 'camera',
  },
  'camera process killed': {
    weight: 2,
    async happen(site, _, forMs) {
      site.kill('camera', Math.round(forMs), 'SIGKILL');
    },
    says: 'camera',
  },
  'broker killed, and started without its memory': {
    weight: 3,
    happen: (site, _, forMs) => site.replaceBroker(forMs),
    says: /connected to the broker/,
  },
  'broker out of reach': {
    weight: 2,
    async happen({ brokerCable }, _, forMs) {
      brokerCable.refuses = true;
      brokerCable.reset();
      await wait(2 * forMs);
      brokerCable.mend();
    },
    says: /connected to the broker/,
  },
  'broker two seconds away': {
    weight: 1,
    async happen({ brokerCable }, _, forMs) {
      brokerCable.delayMs = 1_000;
      await wait(forMs);
      brokerCable.mend();
    },
  },
  'SIGHUP with a change of one camera': {
    weight: 1,
    happen: (site, { id }, forMs) =>
      site.reload(
        (text) =>
          withStallMs(
            text,
            site.cameras.findIndex((each) => each.id === id),
            STALL_MS + (Math.round(forMs) % 1_000),
          ),
        'reloaded',
      ),
    says: 'camera',
  },
  'SIGHUP with a file that is wrong': {
    weight: 1,
    async happen(site) {
      let right = '';
      await site.reload((text) => {
        right = text;
        return text.replace('windowS:', 'windowsS:');
      }, 'not reloaded');
      await site.reload(() => right, 'reloaded');
    },
    says: /not reloaded, and going on as before/,
  },
  'pause and resume over MQTT': {
    weight: 0.5,
    happen: (site, _, forMs) => site.pause((what) => site.command(what), 2 * forMs + 5_000),
    says: 'capture',
  },
  'pause and resume at the box': {
    weight: 0.5,
    happen: (site, _, forMs) =>
      site.pause(
        async (what) => {
          await using program = agent([what, site.config]);
          if ((await program.exited) !== 0) throw new Error(program.text());
        },
        2 * forMs + 5_000,
      ),
    says: 'capture',
  },
};

/** One of them, drawn by weight. */
export function drawn(random: () => number): readonly [string, Mishap] {
  const all = Object.entries(MISHAPS);
  let left = random() * all.reduce((sum, [, { weight }]) => sum + weight, 0);
  for (const each of all) {
    left -= each[1].weight;
    if (left < 0) return each;
  }
  return all.at(-1)!;
}
