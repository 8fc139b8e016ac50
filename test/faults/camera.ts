import { casesWith, type Films, LOGIN } from '../camera/cases.ts';
import { redirectTo, replyTo } from '../camera/mischief.ts';
import { until } from '../support/until.ts';
import { type Fault, type Faults, WITHIN } from './fault.ts';
import { held } from './tree.ts';

/** Faults of the camera, as decode's own tests have them, now seen from the outside. */
const casesAsFaults = (films: Films, film: string): Faults =>
  Object.fromEntries(
    Object.entries(casesWith(films, film)).map(([name, each]): [string, Fault] => [
      `camera: ${name}`,
      {
        async begin({ camera }) {
          await each.misbehave(camera);
          if (each.midStream !== true) camera.dropClients();
        },
        shows: each.shows,
        async end({ camera }) {
          await each.mend?.(camera);
          camera.admit('digest', LOGIN);
          await camera.show(film);
          if (each.mend === undefined) camera.dropClients();
        },
      },
    ]),
  );

/** @param usual the film that is shown before and afterwards */
export const ofCamera = (films: Films, usual: string): Faults => ({
  ...casesAsFaults(films, usual),
  'camera: sends us to another machine': {
    begin({ camera }) {
      camera.mischief.reply = redirectTo('rtsp://192.0.2.1/stream');
      camera.dropClients();
    },
    shows: 'waiting redirected',
    end({ camera }) {
      delete camera.mischief.reply;
    },
  },

  'camera: a hundred reconnects in a row': {
    async begin(site) {
      const { camera } = site;
      const before = held(site.daemon.pid);
      camera.mischief.reply = replyTo('PLAY', () => ({ status: 500 }));
      camera.dropClients();
      // Each is the question and the stream.
      const wanted = camera.counters.connections + 200;
      await until(() => camera.counters.connections >= wanted, 'reconnects', { withinMs: 250_000 });
      delete camera.mischief.reply;
      await site.serves();
      const after = held(site.daemon.pid);
      if (after.join() !== before.join()) throw new Error(`${before.join()} have become ${after.join()}`);
    },
    sees: (site) => until(() => site.health.cameras[0].reconnects >= 100, 'them in health', WITHIN),
  },
});
