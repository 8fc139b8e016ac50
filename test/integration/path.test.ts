import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { verify } from '../../agent/audit/verify.ts';
import { ROOT } from '../../agent/installation.ts';
import { auditSchema, healthSchema, signalSchema, statusSchema } from '../../agent/publish/messages.ts';
import { TestCamera } from '../camera/camera.ts';
import { dashboard, MEASURED, PASSWORDS, startMosquitto, TOPIC, writeConfig } from '../support/plant.ts';
import { agent, program } from '../support/processes.ts';
import { until } from '../support/until.ts';

const SCENE = join(ROOT, 'test/scene/plant-a.mp4');
const CAMERA_PASSWORD = 'c:a m"e\'r%a';

/** Process ids of the descendants of `pid` whose command line holds `word`. */
function descendants(pid: number, word: string): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)!)
    .map(([, id, parent, args]) => ({ id: Number(id), parent: Number(parent), args: args! }));
  const below = (parent: number): typeof table =>
    table.filter((row) => row.parent === parent).flatMap((row) => [row, ...below(row.id)]);
  return below(pid)
    .filter(({ args }) => args.includes(word))
    .map(({ id }) => id);
}

const sumOf = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);

t.test('GStreamer camera with a password in, Mosquitto with password and ACL out', async (t) => {
  const folder = t.testdir({ camera: `viewer:${CAMERA_PASSWORD}` });
  await using camera = program('/usr/bin/python3', [
    join(ROOT, 'test/gstreamer/server.py'),
    SCENE,
    join(folder, 'camera'),
  ]);
  const port = await until(() => /READY (\d+)/.exec(camera.text())?.[1], 'the GStreamer server');
  await using broker = await startMosquitto(join(folder, 'broker'));
  await using plant = dashboard(broker.url);
  const config = writeConfig(join(folder, 'config'), {
    camera: `rtsp://127.0.0.1:${port}/cam`,
    credentials: `viewer:${CAMERA_PASSWORD}`,
    broker: broker.url,
    ofCamera: { analysis: MEASURED },
    more: {
      aggregation: {
        ...{ windowS: 5, slotS: 1, slotsPerTrack: 4, minHeadCount: 2, noise: 'none' },
        regions: { epsilonPerWindow: 1 },
      },
    },
  });
  await using daemon = agent(['run', config]);
  const signal = await until(
    () => plant.messages.find(({ topic, body }) => topic.endsWith('/signal') && body.state === 'released'),
    'a released aggregate',
    { withinMs: 60_000 },
  );
  t.equal(signal.topic, `${TOPIC}/zone/press/signal`);
  t.ok(signal.body.slots.none > 0);
  const { none: _, ...expressions } = signal.body.slots;
  t.equal(sumOf(signal.body.regions.slots), sumOf(expressions), 'each event was somewhere on a face');
  t.equal(signal.body.model.evidence, 'synthetic', 'it does not claim more than was shown');
  const schemas = { signal: signalSchema, health: healthSchema, status: statusSchema, audit: auditSchema };
  for (const { topic, body } of plant.messages)
    t.doesNotThrow(() => schemas[topic.split('/').at(-1) as keyof typeof schemas].parse(body), topic);

  const argv = execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' });
  const secrets = [CAMERA_PASSWORD, encodeURIComponent(CAMERA_PASSWORD), PASSWORDS.agent];
  for (const secret of secrets) {
    t.notOk(argv.includes(secret), 'no password in any command line');
    t.notOk(daemon.text().includes(secret), 'nor in the log');
    t.notOk(JSON.stringify(plant.messages).includes(JSON.stringify(secret).slice(1, -1)), 'nor in a message');
  }
  daemon.child.kill('SIGTERM');
  t.equal(await daemon.exited, 0);
  await until(
    () => plant.messages.some(({ topic, body }) => topic.endsWith('/status') && body.state === 'offline'),
    'the goodbye',
  );
  // All that is on disk afterwards: the configuration, the ledger and the audit log. Counts without noise are nowhere.
  const state = join(folder, 'config/state');
  t.same(readdirSync(state, { recursive: true }).sort(), [
    'audit',
    'audit/audit-0000000001.jsonl',
    'releases.jsonl',
  ]);
  t.match(
    readFileSync(join(state, 'releases.jsonl'), 'utf8'),
    /^\{"kind":"clock","provenMs":\d+,"boot":"[^"]*","upMs":\d+\}\n$/,
  );
  t.match(await verify(join(state, 'audit')), { ok: true, entries: 4 });
});

t.test('ffmpeg, camera process, camera and broker killed one after the other: it comes back', async (t) => {
  const folder = t.testdir();
  const brokerFolder = join(folder, 'broker');
  let broker = await startMosquitto(brokerFolder);
  await using plant = dashboard(broker.url);
  let camera = await TestCamera.start({ file: SCENE });
  const config = writeConfig(join(folder, 'config'), { camera: camera.url, broker: broker.url });
  await using daemon = agent(['run', config]);
  const lastHealth = () => plant.messages.findLast(({ topic }) => topic.endsWith('/health'))?.body;
  const streaming = (what: string, also: (health: ReturnType<typeof lastHealth>) => boolean) =>
    until(
      () => {
        const health = lastHealth();
        return health?.cameras[0].state === 'streaming' && health.cameras[0].fps > 0 && also(health);
      },
      what,
      { withinMs: 60_000 },
    );
  await streaming('the first frames', () => true);

  for (const pid of descendants(daemon.child.pid!, 'ffmpeg')) process.kill(pid, 'SIGKILL');
  await streaming('frames after ffmpeg was killed', (health) => health.cameras[0].reconnects >= 1);
  t.pass('ffmpeg is back, and health counts the reconnect');

  for (const pid of descendants(daemon.child.pid!, 'camera/main.js')) process.kill(pid, 'SIGKILL');
  await streaming('frames after the camera process was killed', (health) => health.cameras[0].restarts === 1);
  t.pass('the camera process is back, and health counts the restart');
  t.equal(descendants(daemon.child.pid!, 'ffmpeg').length, 1, 'no decoder is left over');

  const { port } = camera;
  await camera[Symbol.asyncDispose]();
  await until(
    () => ['waiting', 'connecting', 'stalled'].includes(lastHealth().cameras[0].state),
    'its absence in health',
  );
  camera = await TestCamera.start({ file: SCENE, port });
  await streaming('frames after the camera came back', (health) => health.cameras[0].reconnects >= 1);
  t.pass('the camera is back');

  broker.child.kill('SIGKILL');
  await broker.exited;
  const signals = () => plant.messages.filter(({ topic }) => topic.endsWith('/signal')).length;
  const before = signals();
  broker = await startMosquitto(brokerFolder, broker.port);
  await streaming('health after the broker came back', (health) => health.broker.reconnects === 1);
  await until(() => signals() > before, 'signals after the broker came back');
  t.pass('the broker is back, and health counts the reconnect');

  daemon.child.kill('SIGTERM');
  t.equal(await daemon.exited, 0);
  await camera[Symbol.asyncDispose]();
  await broker[Symbol.asyncDispose]();
});

t.test('what an operator can get wrong ends in a clear state', async (t) => {
  const folder = t.testdir({ login: 'viewer:wrong' });
  await using broker = await startMosquitto(join(folder, 'broker'));
  await using plant = dashboard(broker.url);
  const codeOf = async (name: string, camera: string, credentials: string | undefined, wanted: string) => {
    const config = writeConfig(join(folder, name), {
      camera,
      broker: broker.url,
      ...(credentials === undefined ? {} : { credentials }),
    });
    plant.messages.length = 0;
    await using daemon = agent(['run', config]);
    await until(
      () =>
        plant.messages.some(
          ({ topic, body }) => topic.endsWith('/health') && body.cameras[0].code === wanted,
        ),
      `${name}: ${wanted}`,
    );
    t.pass(`${name}: ${wanted}`);
    t.notMatch(daemon.text(), /^\s+at .*\(.*:\d+:\d+\)/m, 'no stack trace');
    t.notOk(credentials !== undefined && daemon.text().includes('not-this-one'), 'no password');
  };
  await using secured = await TestCamera.start({
    file: SCENE,
    auth: 'digest',
    user: 'viewer',
    password: 'right',
  });
  await codeOf('wrong-password', secured.url, 'viewer:not-this-one', 'unauthorised');
  await codeOf('unreachable', 'rtsp://127.0.0.1:1/stream', undefined, 'unreachable');
  await codeOf('wrong-path', secured.url.replace('/stream', '/other'), 'viewer:right', 'not-found');
  await using odd = await TestCamera.start({
    file: SCENE,
    sdp: (sdp) => sdp.replace('H264/90000', 'X-ODD/90000'),
  });
  await codeOf('unsupported-codec', odd.url, undefined, 'no-decodable-video');

  const refused = writeConfig(join(folder, 'refused'), {
    camera: secured.url,
    credentials: 'viewer:right',
    broker: broker.url,
    password: 'not-the-password',
  });
  await using daemon = agent(['run', refused]);
  await until(() => daemon.text().includes('broker-login-refused'), 'the refused login');
  t.notMatch(daemon.text(), /not-the-password|right/);
});

t.test('what stops the start has its own message and exit code', async (t) => {
  const folder = t.testdir();
  const camera = 'rtsp://127.0.0.1:1/stream';
  const broker = 'mqtt://127.0.0.1:1';
  const expect = async (name: string, code: number, message: RegExp, path: string, command = 'run') => {
    await using daemon = agent([command, path]);
    t.equal(await daemon.exited, code, `${name}: ${daemon.text()}`);
    t.match(daemon.text(), message, name);
    t.notMatch(daemon.text(), /^\s+at .*:\d+:\d+/m, `${name}: no stack trace`);
  };
  const config = (name: string, more: object) => writeConfig(join(folder, name), { camera, broker, more });
  const models = join(folder, 'models');
  execFileSync('cp', ['-rL', join(ROOT, 'models/micron-bert-edge'), folder]);
  execFileSync('mkdir', [models]);
  execFileSync('mv', [join(folder, 'micron-bert-edge'), models]);
  const onnx = join(models, 'micron-bert-edge/comparator.onnx');
  const bytes = readFileSync(onnx);
  bytes[99]! ^= 4;
  writeFileSync(onnx, bytes);
  await expect('tampered', 4, /SHA-256/, config('tampered', { inference: { modelsFolder: models } }));
  await expect('missing', 4, /cannot be read/, config('missing', { inference: { model: 'nobody' } }));
  await expect(
    'governance',
    3,
    /purpose-prohibited|demo-source-not-local|Not allowed/,
    writeConfig(join(folder, 'governance'), { camera: 'rtsp://192.0.2.1/stream', broker }),
  );
  await expect('no file', 2, /config|no such|There is no/i, join(folder, 'nothing.yaml'), 'check');
  const yaml = readFileSync(config('yaml', {}), 'utf8');
  const wrong = (name: string, text: string) => {
    const path = join(folder, `${name}.yaml`);
    writeFileSync(path, text.replace('mqtt-password', join(folder, 'yaml/mqtt-password')));
    return path;
  };
  const at = /\.yaml:\d+:\d+ /;
  await expect('type', 2, at, wrong('type', yaml.replace('intervalS: 1', 'intervalS: soon')), 'check');
  await expect('unknown', 2, at, wrong('unknown', yaml.replace('intervalS', 'intervall')), 'check');
  await expect('duplicate', 2, at, wrong('duplicate', `${yaml}\nhealth:\n  intervalS: 2\n`), 'check');
  await expect(
    'two points',
    2,
    at,
    wrong(
      'points',
      yaml.replace(/polygon:[\s\S]*?headCount/, 'polygon: [[0, 0], [1, 1]]\n        headCount'),
    ),
    'check',
  );
  const zone = /( {6}- id: press[\s\S]*)$/.exec(yaml)![1]!;
  await expect('overlap', 2, at, wrong('overlap', `${yaml}${zone.replace('press', 'press-2')}`), 'check');
  await expect('fine', 0, /fine/, wrong('fine', yaml), 'check');
});

const CLIP = resolve(ROOT, '../shared/data/real/clips/asl-again.mkv');
t.test(
  'a real clip goes the same way',
  existsSync(CLIP) ? {} : { skip: 'the real clips are not part of the repository and not here' },
  async (t) => {
    // Less than three seconds long, so slots of half a second; VGA, so analysed as such.
    const text = readFileSync(join(ROOT, 'config/demo.yaml'), 'utf8')
      .replace('slotS: 2', 'slotS: 0.5')
      .replace('{ widthPx: 960, heightPx: 540 }', '{ widthPx: 640, heightPx: 480 }');
    const config = join(t.testdir(), 'clip.yaml');
    writeFileSync(config, text);
    await using replay = agent(['replay', CLIP, config]);
    t.equal(await replay.exited, 0);
    const first = replay.text().split('\n')[0]!;
    const { slots } = JSON.parse(first);
    t.ok(Object.values(slots as Record<string, number>).reduce((a, b) => a + b) >= 1, first);
  },
);
