import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { doctor } from '../../agent/cli/doctor.ts';
import type { Finding } from '../../agent/doctor/finding.ts';
import { type Machine, thisMachine } from '../../agent/doctor/machine.ts';
import { OperatorError } from '../../agent/domain/errors.ts';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { LOGIN } from '../camera/cases.ts';
import { replyTo } from '../camera/mischief.ts';
import { BASE, startMosquitto, writeConfig } from '../support/plant.ts';
import { agent, freePort, program } from '../support/processes.ts';
import { until } from '../support/until.ts';

const file = join(ROOT, 'test/scene/plant-a.mp4');

interface Report {
  readonly code: number;
  readonly state: string;
  readonly findings: readonly (Finding & { readonly area: string })[];
}

/** What the doctor finds, by `area what`. */
async function examined(args: readonly string[], machine?: Machine) {
  let out = '';
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: () => {},
  };
  const code = await doctor([...args, '--json'], io, machine);
  const report = { code, ...JSON.parse(out) } as Report;
  const lines = new Map(report.findings.map((each) => [`${each.area} ${each.what}`, each]));
  return { ...report, of: (name: string) => lines.get(name) };
}

t.test('a plant where all is well', async (t) => {
  await using broker = await startMosquitto(join(t.testdir(), 'broker'));
  await using camera = await TestCamera.start({ file, auth: 'digest', ...LOGIN });
  const path = writeConfig(join(t.testdirName, 'config'), {
    camera: camera.url,
    broker: broker.url,
    credentials: `${LOGIN.user}:${LOGIN.password}`,
  });
  const { code, findings, of } = await examined([
    path,
    '--only',
    'software,decoders,models,provider,memory,disk,secrets,broker,cameras',
  ]);
  t.equal(code, 0, JSON.stringify(findings.filter(({ state }) => state === 'fail')));
  t.match(of('provider outputs')!.found, /encoder 0\.00 %, comparator 0\.00 %, detector 0\.00 %/);
  t.match(of('provider run')!.found, /^cpu/);
  t.match(of('models micron-bert-edge')!.found, /all files as in its manifest/);
  t.equal(of('broker signals')!.state, 'ok');
  t.equal(of('broker commands')!.state, 'ok');
  t.equal(of('broker other boxes'), undefined, 'its login may speak for itself only');
  t.match(findings.at(-1)!.found, /answers, and asks for a password/);
  t.notMatch(JSON.stringify(findings), LOGIN.password);
  const told = agent(['doctor', path, '--only', 'broker']);
  t.equal(await told.exited, 0);
  t.match(told.stdout, /^ok {4}broker {4}reach /);
});

t.test('what a login may do is what the broker says', async (t) => {
  await using broker = await startMosquitto(join(t.testdir(), 'broker'));
  const at = (name: string, ofMqtt: object, password?: string) =>
    examined([
      writeConfig(join(t.testdirName, name), {
        camera: 'rtsp://127.0.0.1:1/x',
        broker: broker.url,
        ofMqtt,
        ...(password === undefined ? {} : { password }),
      }),
      '--only',
      'broker',
    ]);
  const stranger = await at('stranger', {}, 'wrong');
  t.equal(stranger.code, 4);
  t.match(stranger.of('broker login')!.found, 'refuses the login');
  const reader = await at('reader', { username: 'dashboard' }, 'dash');
  t.match(reader.of('broker signals'), { state: 'fail', found: 'may not be written' });
  const old = await at('old', { version: 4 });
  t.match(old.of('broker signals'), { state: 'ok', found: /does not tell/ });
  const nowhere = await examined([
    writeConfig(join(t.testdirName, 'nowhere'), {
      camera: 'rtsp://127.0.0.1:1/x',
      broker: `mqtt://127.0.0.1:${await freePort()}`,
    }),
    '--only',
    'broker',
  ]);
  t.match(nowhere.of('broker reach'), { state: 'fail', found: /ECONNREFUSED/ });

  // Without an access list every login may do everything.
  const port = await freePort();
  const conf = join(t.testdirName, 'open.conf');
  writeFileSync(conf, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  await using open = program('mosquitto', ['-c', conf, '-v']);
  await until(() => /running/.test(open.text()), 'mosquitto');
  const free = await examined([
    writeConfig(join(t.testdirName, 'free'), {
      camera: 'rtsp://127.0.0.1:1/x',
      broker: `mqtt://127.0.0.1:${port}`,
    }),
    '--only',
    'broker',
  ]);
  t.match(free.of('broker other boxes'), { state: 'warn' });
  t.match(open.text(), `${BASE}/micron-edge/box-1/doctor`);
});

t.test('cameras are asked at the door', async (t) => {
  await using camera = await TestCamera.start({ file });
  const path = (name: string, url: string) =>
    writeConfig(join(t.testdir(), name), { camera: url, broker: 'mqtt://127.0.0.1:1' });
  const late = new Date(Date.parse('2026-11-24T06:00:00Z'));
  camera.mischief.reply = replyTo('DESCRIBE', (usual) => ({
    ...usual,
    headers: [...(usual.headers ?? []), ['Date', late.toUTCString()]],
  }));
  const at = { ...thisMachine(), now: () => new Date(late.getTime() + 600_000) };
  const { findings } = await examined([path('skew', camera.url), '--only', 'cameras'], at);
  t.match(findings.at(-1), { state: 'warn', found: '600 s behind this box' });
  delete camera.mischief.reply;
  await camera.admit('digest-sha256', LOGIN);
  const sha = await examined([path('sha', camera.url), '--only', 'cameras']);
  t.match(sha.findings[0], { state: 'fail', found: /authentication-unsupported/ });
  await camera.admit('basic', LOGIN);
  const locked = await examined([path('locked', camera.url), '--only', 'cameras']);
  t.match(locked.findings[0], { state: 'fail', fix: /credentialsFile/ });
  t.equal(locked.code, 4);
});

t.test('half precision is told from full, and a provider that is not there from one that is', async (t) => {
  const path = (precision: string) =>
    writeConfig(join(t.testdir(), precision), {
      camera: 'rtsp://127.0.0.1:1/x',
      broker: 'mqtt://127.0.0.1:1',
      more: { inference: { provider: 'cpu', precision } },
    });
  for (const precision of ['fp16', 'int8']) {
    const { of, code } = await examined([path(precision), '--only', 'provider']);
    t.comment(of('provider outputs')!.found);
    t.equal(code, 0);
    t.match(of('provider outputs')!.found, /encoder 0\.[0-9]*[1-9]/, 'it is another graph');
    t.match(of('provider run')!.found, `cpu, ${precision}`);
  }
  const { of, code } = await examined(['--only', 'provider', '--provider', 'tensorrt']);
  t.equal(code, 4);
  t.match(of('provider run')!.found, /inference\.provider is tensorrt, and this machine cannot run it/);
});

t.test('wrong usage and a wrong configuration end in a sentence', async (t) => {
  const io = { out() {}, err() {} };
  for (const args of [
    ['--only', 'luck'],
    ['--provider', 'abacus'],
    ['a', 'b'],
  ])
    await t.rejects(doctor(args, io), { constructor: OperatorError, code: 'usage', fault: 'config' });
  const folder = t.testdir({ 'c.yaml': 'node: {id: x}\ncameras: [\n' });
  for (const [path, wrong] of [
    [join(folder, 'c.yaml'), /c\.yaml:\d+:\d+/],
    [join(folder, 'nothing.yaml'), /nothing\.yaml/],
  ] as const) {
    const told = agent(['doctor', path]);
    t.equal(await told.exited, 2);
    t.match(told.stderr, wrong);
    t.notMatch(told.stderr, / {4}at /, 'no trace');
  }
});

t.test('the usual folder is looked at when there is a configuration in it', async (t) => {
  mkdirSync(join(t.testdir(), 'empty'));
  const machine = thisMachine('/', { ...process.env, MICRON_EDGE_CONFIG: join(t.testdirName, 'empty') });
  const looking = doctor(['--only', 'clock'], { out() {}, err() {} }, machine);
  await t.rejects(looking, OperatorError);
});
