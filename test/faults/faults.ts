import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { lineSchema } from '../../agent/aggregate/ledger-line.ts';
import { verify } from '../../agent/audit/verify.ts';
import { ROOT } from '../../agent/installation.ts';
import { casesWith, LOGIN, makeFilms } from '../camera/cases.ts';
import { filmFolder } from '../camera/ffmpeg.ts';
import { redirectTo, replyTo } from '../camera/mischief.ts';
import { PASSWORDS, TOPIC } from '../support/plant.ts';
import { until } from '../support/until.ts';
import { CAMERA_HOST, Site } from './site.ts';
import { descriptorsOf, named, treeOf } from './tree.ts';

/**
 * `npm run test:faults`: one running daemon, one fault after the other, each with the state that must show and the way
 * back. FAULTS=words runs those whose names have these words. In a network of its own where that may be had, so that
 * routes can be taken away without anybody else noticing.
 */
const OWN_NETWORK = 'MICRON_EDGE_OWN_NETWORK';
if (process.env[OWN_NETWORK] === undefined) {
  const inside = ['-n', 'bash', '-c', 'ip link set lo up && exec "$0" "$@"', process.execPath];
  const isAllowed = spawnSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up']).status === 0;
  const self = [...process.execArgv, fileURLToPath(import.meta.url)];
  const [command, args] = isAllowed ? ['unshare', [...inside, ...self]] : [process.execPath, self];
  const env = { ...process.env, [OWN_NETWORK]: isAllowed ? 'yes' : 'no' };
  process.exit(spawnSync(command, args, { stdio: 'inherit', env }).status ?? 1);
}
const hasNetwork = process.env[OWN_NETWORK] === 'yes';
const ONLY = process.env.FAULTS ?? '';
const WITHIN = { withinMs: 90_000, everyMs: 50 };

interface Fault {
  begin(site: Site): unknown;
  /** State and code of the camera in health; or see `sees`. */
  readonly shows?: string;
  /** What else must be seen while it lasts. */
  sees?(site: Site): unknown;
  end?(site: Site): unknown;
  /** Why it cannot be tried here. */
  readonly lacks?: string | false;
}

const film = join(ROOT, 'test/scene/plant-a.mp4');
const films = await makeFilms(filmFolder(t));
const route = (...words: string[]) =>
  execFileSync('ip', ['route', ...words, `${CAMERA_HOST}/32`, 'table', 'local'], { stdio: 'pipe' });
const noNetwork = !hasNetwork && 'no network namespace may be made here';

/** Each process of the daemon with the number of its descriptors. */
const held = (site: Site): string[] =>
  treeOf(site.daemon.pid).map(({ pid, part }) => `${part} ${descriptorsOf(pid)}`);

/** Faults of the camera, as decode's own tests have them, now seen from the outside. */
const ofCamera = Object.fromEntries(
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

const FAULTS: Readonly<Record<string, Fault>> = {
  ...ofCamera,
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
      const before = held(site);
      camera.mischief.reply = replyTo('PLAY', () => ({ status: 500 }));
      camera.dropClients();
      // Each is the question and the stream.
      const wanted = camera.counters.connections + 200;
      await until(() => camera.counters.connections >= wanted, 'reconnects', { withinMs: 250_000 });
      delete camera.mischief.reply;
      await site.serves();
      const after = held(site);
      if (after.join() !== before.join()) throw new Error(`${before.join()} have become ${after.join()}`);
    },
    sees: (site) => until(() => site.health.cameras[0].reconnects >= 100, 'them in health', WITHIN),
  },

  'network: connection to the camera reset': {
    begin: ({ cameraCable }) => cameraCable.reset(),
    shows: 'waiting ended',
  },
  'network: nothing answers at the address of the camera': {
    begin({ cameraCable }) {
      cameraCable.refuses = true;
      cameraCable.reset();
    },
    shows: 'waiting unreachable',
    end: ({ cameraCable }) => cameraCable.mend(),
  },
  'network: what the camera sends is lost, without an end': {
    begin({ cameraCable }) {
      cameraCable.change = (chunk, towards) => (towards === 'client' ? undefined : chunk);
    },
    shows: 'waiting no-answer',
    end: ({ cameraCable }) => cameraCable.mend(),
  },
  'network: the route to the camera is a black hole': {
    lacks: noNetwork,
    begin: () => route('add', 'blackhole'),
    // The relay cannot pass on what does not come, and the camera's end is not heard.
    shows: 'waiting no-answer',
    end: () => route('del', 'blackhole'),
  },
  'network: 400 ms on the way': {
    begin({ cameraCable }) {
      cameraCable.delayMs = 400;
      cameraCable.reset();
    },
    shows: 'streaming',
    end: ({ cameraCable }) => cameraCable.mend(),
  },
  'network: too slow for the stream': {
    begin({ cameraCable }) {
      cameraCable.bytesPerS = 2_000;
    },
    shows: 'waiting stalled',
    end({ cameraCable }) {
      cameraCable.mend();
      cameraCable.reset();
    },
  },
  'network: bytes change on the way': {
    begin({ cameraCable }) {
      let at = 0;
      cameraCable.change = (chunk, towards) => {
        if (towards === 'server') return chunk;
        const copy = Buffer.from(chunk);
        for (let i = 997 - (at % 997); i < copy.length; i += 997) copy[i]! ^= 0x55;
        at += chunk.length;
        return copy;
      };
    },
    sees: ({ camera }) => until(() => camera.counters.connections > 3, 'the end of a session', WITHIN),
    end({ cameraCable }) {
      cameraCable.mend();
      cameraCable.reset();
    },
  },

  'process: decoder killed': {
    begin: (site) => process.kill(site.pidOf('decoder'), 'SIGKILL'),
    shows: 'waiting ended',
  },
  'process: decoder frozen': {
    begin: (site) => process.kill(site.pidOf('decoder'), 'SIGSTOP'),
    shows: 'waiting stalled',
  },
  'process: camera process killed': {
    begin: (site) => process.kill(site.pidOf('camera'), 'SIGKILL'),
    sees: (site) => until(() => site.health.cameras[0].restarts >= 1, 'the restart in health', WITHIN),
  },
  'process: camera process frozen': {
    begin(site) {
      const pid = site.pidOf('camera');
      process.kill(pid, 'SIGSTOP');
      return until(() => !treeOf(site.daemon.pid).some((each) => each.pid === pid), 'its end', WITHIN);
    },
    sees: (site) => until(() => site.health.cameras[0].restarts >= 2, 'the restart in health', WITHIN),
  },
  'process: supervisor killed': {
    async begin(site) {
      const before = site.daemon.pid;
      process.kill(before, 'SIGKILL');
      await until(() => site.daemon.pid !== before, 'a new start', WITHIN);
    },
    sees: (site) =>
      until(
        () =>
          site.messages.some(({ topic, body }) => topic === `${TOPIC}/status` && body.state === 'offline'),
        'the last will',
        WITHIN,
      ),
  },

  'broker: connection reset': {
    begin: ({ brokerCable }) => brokerCable.reset(),
    sees: (site) => site.says(/connected to the broker/),
  },
  'broker: away for three windows': {
    async begin({ brokerCable }) {
      brokerCable.refuses = true;
      brokerCable.reset();
    },
    async sees(site) {
      await new Promise((resolve) => setTimeout(resolve, 16_000));
      if (site.camera.clients !== 1) throw new Error('the camera was let go');
      site.brokerCable.mend();
      await site.signalAfterNow('the signals that have waited');
    },
  },
  'broker: killed, and started without its memory': {
    async begin(site) {
      await site.killBroker();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await site.startBroker();
    },
    sees: (site) => site.signalAfterNow('a signal after it came back'),
  },
  'broker: frozen': {
    begin: ({ broker }) => broker.child.kill('SIGSTOP'),
    async sees({ broker }) {
      await new Promise((resolve) => setTimeout(resolve, 8_000));
      broker.child.kill('SIGCONT');
    },
    end: (site) => site.signalAfterNow('a signal'),
  },
  'broker: takes messages and does not acknowledge them': {
    begin({ brokerCable }) {
      // PUBACK of MQTT 3.1.1 and 5: 3.4.1, packet type 4.
      brokerCable.change = (chunk, towards) =>
        towards === 'client' && (chunk[0]! & 0xf0) === 0x40 ? undefined : chunk;
    },
    sees: (site) => site.signalAfterNow('a signal that is not acknowledged'),
    async end(site) {
      site.brokerCable.mend();
      site.brokerCable.reset();
      await site.signalAfterNow('the same again');
    },
  },
  'broker: three seconds on the way': {
    begin({ brokerCable }) {
      brokerCable.delayMs = 3_000;
    },
    sees: (site) => site.signalAfterNow('a signal, late'),
    end: ({ brokerCable }) => brokerCable.mend(),
  },
  'broker: sends what is not MQTT': {
    begin({ brokerCable }) {
      brokerCable.change = (chunk, towards) =>
        towards === 'client' ? Buffer.from('HTTP/1.1 200 OK\r\n\r\n') : chunk;
      brokerCable.reset();
    },
    sees: (site) => site.says(/"code":"broker-[a-z-]+"/),
    end({ brokerCable }) {
      brokerCable.mend();
      brokerCable.reset();
    },
  },

  'disk: full': {
    begin(site) {
      const ballast = join(site.stateFolder, 'ballast');
      // All that is left; dd fails when there is nothing more.
      spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=1k'], { stdio: 'ignore' });
    },
    async sees(site) {
      await until(
        () => site.signals.at(-1)?.body.state === 'withheld' && site.signals.at(-1)?.body.reason === 'ledger',
        'a window that is withheld, because it cannot be recorded',
        WITHIN,
      );
    },
    async end(site) {
      rmSync(join(site.stateFolder, 'ballast'));
      await until(
        () => site.signals.at(-1)?.body.reason !== 'ledger',
        'windows that can be recorded',
        WITHIN,
      );
    },
  },
  'disk: something else in the state folder': {
    begin: ({ stateFolder }) => writeFileSync(join(stateFolder, 'notes.txt'), 'not ours'),
    sees: (site) => site.signalAfterNow('a signal all the same'),
    end: ({ stateFolder }) => rmSync(join(stateFolder, 'notes.txt')),
  },
};

const chosen = Object.entries(FAULTS).filter(([name]) => name.includes(ONLY));
const folder = t.testdir();
const site = await Site.open(folder, film);
t.teardown(() => site[Symbol.asyncDispose]());
await site.serves();
t.comment(`${chosen.length} faults; ${hasNetwork ? 'in a network of its own' : 'no network of its own'}`);
const before = held(site);
const brokenFromMs: number[] = [];

for (const [name, fault] of chosen)
  await t.test(name, { timeout: 300_000 }, async (t) => {
    const lacks = fault.lacks || (name === 'disk: full' && !site.hasOwnDisk && 'nothing may be mounted here');
    if (lacks) return void t.comment(`skipped: ${lacks}`);
    const startedMs = performance.now();
    const logged = site.daemon.text().length;
    try {
      await fault.begin(site);
      if (fault.shows === 'streaming') await site.serves();
      else if (fault.shows !== undefined) await site.shows(fault.shows, logged);
      await fault.sees?.(site);
      t.pass(fault.shows ?? 'seen');
    } finally {
      await fault.end?.(site);
    }
    if (name.startsWith('broker: killed')) brokenFromMs.push(Date.now());
    await site.serves();
    t.pass(`in service again, ${Math.round(performance.now() - startedMs)} ms after it began`);
  });

t.test('afterwards', async (t) => {
  const after = held(site);
  t.equal(after.length, before.length, 'as many processes');
  t.comment(`descriptors before: ${before.join()}; afterwards: ${after.join()}`);
  await site.signalAfterNow('one more signal');
  t.equal(await site.daemon.stop(), 0);
  const releases = readFileSync(join(site.stateFolder, 'releases.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => lineSchema.parse(JSON.parse(line)))
    .flatMap((line) => (line.kind === 'release' ? [line] : []));
  const heard = new Map<string, Set<string>>();
  for (const { body } of site.signals) {
    const { start } = body.window;
    heard.set(start, (heard.get(start) ?? new Set()).add(JSON.stringify(body)));
  }
  const lost = releases.filter(
    ({ startMs }) =>
      !heard.has(new Date(startMs).toISOString()) &&
      // A broker that lost its memory lost our dashboard's subscription with it.
      !brokenFromMs.some((atMs) => Math.abs(atMs - startMs) < 30_000),
  );
  t.same(lost, [], `${releases.length} windows released, ${heard.size} heard, none lost`);
  t.same(
    [...heard.values()].filter((texts) => texts.size > 1),
    [],
    'what came twice was the same twice',
  );
  t.match(await verify(join(site.stateFolder, 'audit')), { ok: true }, 'the audit log is whole');
  const said = site.daemon.text() + JSON.stringify(site.messages);
  for (const secret of [LOGIN.password, encodeURIComponent(LOGIN.password), PASSWORDS.agent])
    t.notOk(said.includes(secret), 'no credential in log and messages');
  t.notMatch(site.daemon.text(), /^\s+at .*:\d+:\d+\)?$/m, 'no stack trace');
  t.same(named(join(folder, 'config')), [], 'nobody is left');
});
