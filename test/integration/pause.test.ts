import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'mqtt';
import t from 'tap';
import { verify } from '../../agent/audit/verify.ts';
import { ROOT } from '../../agent/installation.ts';
import { answerSchema, healthSchema, statusSchema } from '../../agent/publish/messages.ts';
import { TestCamera } from '../camera/camera.ts';
import { dashboard, PASSWORDS, startMosquitto, TOPIC, writeConfig } from '../support/plant.ts';
import { agent } from '../support/processes.ts';
import { until } from '../support/until.ts';

const SCENE = join(ROOT, 'test/scene/plant-a.mp4');
const WITHIN = { withinMs: 60_000, everyMs: 5 };

/** The login that alone may give commands. */
async function operator(url: string) {
  const client = connect(url, { username: 'operator', password: PASSWORDS.operator, protocolVersion: 5 });
  await new Promise((resolve) => client.once('connect', resolve));
  return {
    send: (payload: string | object, retain = false) =>
      client.publishAsync(
        `${TOPIC}/command`,
        typeof payload === 'string' ? payload : JSON.stringify(payload),
        { qos: 1, retain },
      ),
    [Symbol.asyncDispose]: () => client.endAsync(true),
  };
}

/** Established TCP connections to a port of this machine, as the kernel sees them; no help of ours is needed for it. */
const connectionsTo = (port: number): number =>
  execFileSync('cat', ['/proc/net/tcp'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => {
      const [, , remote, state] = line.trim().split(/\s+/);
      return state === '01' && remote?.endsWith(`:${port.toString(16).toUpperCase().padStart(4, '0')}`);
    }).length;

t.test('paused over MQTT and locally: the camera sees the connection end within a second', async (t) => {
  const folder = t.testdir();
  await using broker = await startMosquitto(join(folder, 'broker'));
  await using plant = dashboard(broker.url);
  await using camera = await TestCamera.start({ file: SCENE });
  await using boss = await operator(broker.url);
  const config = writeConfig(join(folder, 'config'), { camera: camera.url, broker: broker.url });
  const state = join(folder, 'config/state');
  const last = (end: string) => plant.messages.findLast(({ topic }) => topic === `${TOPIC}/${end}`)?.body;
  const answers = () =>
    plant.messages.filter(({ topic }) => topic.endsWith('/answer')).map(({ body }) => body);
  const answerTo = (id: string) =>
    until(() => answers().find((answer) => answer.id === id), `the answer to ${id}`, WITHIN);
  const streaming = () => until(() => camera.clients === 1, 'the camera is watched', WITHIN);
  const cli = async (command: string) => {
    await using program = agent([command, config]);
    t.equal(await program.exited, 0, command);
    return program.text();
  };
  const gone = () =>
    until(() => camera.clients === 0 && connectionsTo(camera.port) === 0, 'the connection to end', WITHIN);

  {
    await using daemon = agent(['run', config]);
    await streaming();
    t.equal(connectionsTo(camera.port), 1);

    const sentMs = Date.now();
    await boss.send({ command: 'pause', id: 'p-1' });
    await gone();
    const overMqtt = Date.now() - sentMs;
    t.ok(overMqtt < 1000, `over MQTT: gone after ${overMqtt} ms`);
    t.match(await answerTo('p-1'), {
      accepted: true,
      command: 'pause',
      capture: { state: 'paused', by: 'mqtt' },
    });
    t.match(last('status'), {
      state: 'online',
      capture: { state: 'paused', by: 'mqtt', since: /:00\.000Z$/ },
    });
    await until(() => last('health')?.capture.state === 'paused', 'the pause in health', WITHIN);
    t.ok(existsSync(join(state, 'paused-by-mqtt')));

    await boss.send({ command: 'resume', id: 'r-1' });
    t.match(await answerTo('r-1'), { accepted: true, capture: { state: 'watching' } });
    await streaming();

    const command = cli('pause');
    const marker = join(state, 'paused-locally');
    const { mtimeMs } = await until(() => existsSync(marker) && statSync(marker), 'the pause', WITHIN);
    await gone();
    const locally = Math.round(Date.now() - mtimeMs);
    t.ok(locally < 1000, `locally: gone after ${locally} ms`);
    await command;
    await boss.send({ command: 'resume', id: 'r-2' });
    t.match(await answerTo('r-2'), { accepted: false, reason: 'paused-locally', capture: { by: 'local' } });

    const { connections } = camera.counters;
    for (const [payload, retain, reason] of [
      [{ command: 'resume', id: 'r-3' }, true, 'retained'],
      ['{"command":"resume","zone":"press"}', false, 'malformed'],
    ] as const) {
      const before = answers().length;
      await boss.send(payload, retain);
      const answer = await until(() => answers()[before], `no to ${reason}`, WITHIN);
      t.match(answer, { accepted: false, reason });
    }

    daemon.child.kill('SIGKILL');
    await daemon.exited;
    await using again = agent(['run', config]);
    await until(() => last('status')?.capture?.by === 'local', 'a status after the restart', WITHIN);
    await until(
      // At least once: the broker may deliver again what the killed daemon had not acknowledged.
      () =>
        answers()
          .slice(5)
          .some(({ reason }: { reason: string }) => reason === 'retained'),
      'the retained command came again, and was refused again',
      WITHIN,
    );
    t.equal(camera.counters.connections, connections, 'a restart after kill -9 connects to nobody');
    t.match(await cli('resume'), /no longer paused \(local\)/);
    await streaming();
    again.child.kill('SIGTERM');
    t.equal(await again.exited, 0);
  }

  const schemas = { status: statusSchema, health: healthSchema, answer: answerSchema };
  for (const { topic, body } of plant.messages) {
    const schema = schemas[topic.split('/').at(-1) as keyof typeof schemas];
    if (schema !== undefined) t.doesNotThrow(() => schema.parse(body), topic);
  }
  const verdict = await verify(join(state, 'audit'));
  t.match(verdict, { ok: true });
  const { seq, hash } = last('audit');
  t.match(await verify(join(state, 'audit'), { seq, hash }), { ok: true }, 'the anchor on the broker fits');
  t.same(readdirSync(state).sort(), ['audit', 'releases.jsonl'], 'nothing is left of the pauses');
  await using shown = agent(['audit', 'show', config]);
  t.equal(await shown.exited, 0);
  const events = shown.stdout.split('\n').flatMap((line) => line.split(/\s+/)[3] ?? []);
  t.same(
    events.filter((event) => event !== 'command-refused'),
    [
      ...['start', 'capture-opened'],
      ...['pause', 'capture-closed', 'resume', 'capture-opened'],
      ...['pause', 'capture-closed'],
      ...['start', 'resume', 'capture-opened', 'capture-closed', 'stop'],
    ],
  );
  t.match(shown.stdout, /"afterCrash":true/);
});

t.test('a camera that shows nothing is let go as fast', async (t) => {
  const folder = t.testdir();
  await using camera = await TestCamera.start({ file: SCENE });
  const config = writeConfig(join(folder, 'config'), { camera: camera.url, broker: 'mqtt://127.0.0.1:1' });
  await using daemon = agent(['run', config]);
  await until(() => camera.clients === 1, 'the camera is watched', WITHIN);
  camera.stall();
  await using paused = agent(['pause', config]);
  const marker = join(folder, 'config/state/paused-locally');
  const { mtimeMs } = await until(() => existsSync(marker) && statSync(marker), 'the pause', WITHIN);
  await until(() => connectionsTo(camera.port) === 0, 'the connection to end', WITHIN);
  const afterMs = Math.round(Date.now() - mtimeMs);
  t.ok(afterMs < 1000, `gone after ${afterMs} ms`);
  t.equal(await paused.exited, 0);
  await using second = agent(['run', config]);
  t.equal(await second.exited, 4);
  t.match(second.stderr, /Another micron-edge \(process \d+\) runs on the same state folder/);
  t.equal(daemon.child.exitCode, null);
});

t.test('a daemon that was killed leaves nobody behind at the camera', async (t) => {
  const folder = t.testdir();
  await using camera = await TestCamera.start({ file: SCENE });
  const config = writeConfig(join(folder, 'config'), { camera: camera.url, broker: 'mqtt://127.0.0.1:1' });
  await using daemon = agent(['run', config]);
  await until(() => camera.clients === 1, 'the camera is watched', WITHIN);
  // A decoder that waits for pictures does not notice that nobody reads them.
  camera.stall();
  daemon.child.kill('SIGKILL');
  await until(() => connectionsTo(camera.port) === 0, 'the connection to end', {
    withinMs: 3_000,
    everyMs: 5,
  });
  t.pass('the connection ends');
});
