import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { startBroker } from '../../agent/demo/broker.ts';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { writeConfig } from '../support/plant.ts';
import { agent, freePort } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { judge, lookOn } from './canary/onlooker.ts';
import { ANALYSIS, makeCanary } from './canary/picture.ts';
import { Watch, whyNoStrace } from './canary/watched.ts';
import { LONG, seedOf } from './form.ts';

const SEED = seedOf();
const PLANT = new URL('./canary/plant.js', import.meta.url).href;
const MAIN = join(ROOT, 'dist/agent/main.js');
const LEAKY = fileURLToPath(new URL('./canary/leaky.js', import.meta.url));
const WAYS: Record<string, RegExp> = {
  'a file': /rows/,
  'a file that is gone again': /written to .*frame\.yuv rows/,
  'rows written one by one at their places': /written to .*rows rows/,
  'base64 in the log': /rows base64/,
  'numbers in the log': /rows numbers/,
  'shared memory': /written to \/dev\/shm\S+ rows/,
  'a JPEG': /format JPEG/,
  'a PNG': /format PNG/,
  'a thumbnail over TCP': /TCP.* correlation/,
  'packets over UDP': /UDP.* rows/,
  'another pipe': /(UNIX|pipe).* rows/,
  'a compressed file': /rows gzip/,
  'an MQTT message': /TCP.* correlation base64/,
  'a core file': /core.* (rows|format a dump of memory)/,
  'memory without a name': /memfd_create/,
  'a map of a file': /mmap/,
};
const skip = whyNoStrace();
/** Ways that cannot be tried on this machine, and why. */
const OUT_OF_REACH: Record<string, string> = {
  ...(/^[|/]/.test(readFileSync('/proc/sys/kernel/core_pattern', 'utf8')) && {
    'a core file': 'core dumps go elsewhere',
  }),
  ...(spawnSync('python3', ['--version']).status !== 0 && {
    'memory without a name': 'no Python',
    'a map of a file': 'no Python',
  }),
};

t.test(
  `every way out is seen, seed ${SEED}`,
  skip === undefined ? { timeout: 400_000 } : { skip },
  async (t) => {
    const folder = t.testdir();
    const { bank, frame } = await makeCanary(folder, SEED);
    const picture = join(folder, 'frame.yuv');
    writeFileSync(picture, frame);
    await using broker = await startBroker();
    const leaksOf = async (way: string) => {
      const watch = new Watch(join(folder, way.replaceAll(' ', '-')));
      const size = [`${ANALYSIS.widthPx}`, `${ANALYSIS.heightPx}`];
      await using leaky = watch.start([
        process.execPath,
        LEAKY,
        way,
        picture,
        ...size,
        new URL(broker.url).port,
      ]);
      await leaky.exited;
      const leaks = await watch.leaks(bank);
      return leaks.map(({ where, kind, detail }) => `${where} ${kind} ${detail}`);
    };
    t.same(await leaksOf('nothing'), [], 'and nothing where nothing is');
    for (const [way, pattern] of Object.entries(WAYS)) {
      if (OUT_OF_REACH[way] !== undefined) {
        t.pass(way, { skip: OUT_OF_REACH[way] });
        continue;
      }
      const leaks = await leaksOf(way);
      const found = leaks.find((leak) => pattern.test(leak));
      t.ok(found !== undefined, `${way}: ${found ?? leaks.join('; ')}`.replaceAll(folder, ''));
    }
  },
);

/** Bad code in the daemon itself: the first pictures that are to be redacted leave in another way before they are. */
t.test(
  'the daemon, with a leak planted where frames are redacted',
  skip === undefined && LONG ? { timeout: 400_000 } : { skip: skip ?? 'in npm run test:attacks' },
  async (t) => {
    const folder = t.testdir();
    const { film, bank } = await makeCanary(folder, SEED);
    await using camera = await TestCamera.start({ file: film });
    await using broker = await startBroker();
    const config = writeConfig(join(folder, 'config'), {
      camera: camera.url,
      broker: broker.url,
      more: { mqtt: { url: broker.url, version: 4, baseTopic: 'works' } },
      ofCamera: { analysis: ANALYSIS },
    });
    for (const [way, pattern] of [
      ['file', /written to \S+planted-\d rows/],
      ['ipc', /written to UNIX-STREAM\S+ rows base64/],
    ] as const) {
      const watch = new Watch(join(folder, way));
      const mark = join(folder, way, 'done');
      const env = { WATCHED_NODE_OPTIONS: `--import ${PLANT}`, MICRON_EDGE_PLANT: way };
      {
        await using daemon = watch.start([process.execPath, MAIN, 'run', config], env);
        await until(() => existsSync(mark), `the leak over ${way}`, { withinMs: 120_000 });
        process.kill(daemon.pid(), 'SIGTERM');
        await daemon.exited;
      }
      const leaks = (await watch.leaks(bank)).map(({ where, kind, detail }) => `${where} ${kind} ${detail}`);
      t.ok(
        leaks.some((leak) => pattern.test(leak)),
        `${way}: ${leaks[0]}`.replaceAll(folder, ''),
      );
    }
  },
);

t.test(
  'a live view in which nothing is destroyed',
  LONG ? { timeout: 200_000 } : { skip: 'in npm run test:attacks' },
  async (t) => {
    const folder = t.testdir();
    // A socket has a short path.
    const state = mkdtempSync(join(tmpdir(), 'planted-'));
    t.teardown(() => rmSync(state, { recursive: true, force: true }));
    const { film, bank } = await makeCanary(folder, SEED);
    await using camera = await TestCamera.start({ file: film });
    await using broker = await startBroker();
    const config = writeConfig(join(folder, 'config'), {
      camera: camera.url,
      broker: broker.url,
      more: {
        mqtt: { url: broker.url, version: 4, baseTopic: 'works' },
        state: { folder: state },
        live: { port: await freePort() },
      },
      ofCamera: { analysis: ANALYSIS },
    });
    await using daemon = agent(['run', config], {
      NODE_OPTIONS: `--import ${PLANT}`,
      MICRON_EDGE_PLANT: 'view',
    });
    await until(() => /"streaming"/.test(daemon.stdout), 'a camera', { withinMs: 60_000 });
    await using onlooker = await lookOn(config, 'cam');
    await until(() => onlooker.stream().length > 200_000, 'a live view', { withinMs: 60_000 });
    const pictures = await judge(onlooker.stream(), bank);
    t.ok(
      pictures.some(({ finding }) => finding !== undefined),
      pictures.map(({ finding }) => finding?.detail).join('; '),
    );
  },
);
