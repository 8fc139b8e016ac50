import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'mqtt';
import t from 'tap';
import { parse, stringify } from 'yaml';
import { verify } from '../../agent/audit/verify.ts';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { dashboard, PASSWORDS, startMosquitto, TOPIC, writeConfig } from '../support/plant.ts';
import { agent } from '../support/processes.ts';
import { until } from '../support/until.ts';

const WITHIN = { withinMs: 60_000 };
const film = join(ROOT, 'test/scene/steady-a.mp4');

t.test('SIGHUP: another camera, a mistake, a key that must wait, and a pause', async (t) => {
  const folder = t.testdir();
  await using one = await TestCamera.start({ file: film });
  await using two = await TestCamera.start({ file: film });
  const path = writeConfig(join(folder, 'config'), { camera: one.url, broker: 'mqtt://127.0.0.1:1' });
  const first = readFileSync(path, 'utf8');
  await using daemon = agent(['run', path]);
  await until(() => one.clients === 1, 'the first camera', WITHIN);
  const reload = async (text: string, says: RegExp) => {
    const from = daemon.text().length;
    writeFileSync(path, text);
    daemon.child.kill('SIGHUP');
    await until(() => says.test(daemon.text().slice(from)), `"${says.source}"`, WITHIN);
  };

  await reload(
    first.replace(one.url, two.url),
    /"by":"local","applied":\["cameras.cam"\],"afterRestart":\[\],"msg":"reloaded"/,
  );
  await until(() => one.clients === 0 && two.clients === 1, 'the second camera instead', WITHIN);
  t.pass('the camera that changed begins anew');
  const { connections } = two.counters;

  await reload(
    first.replace('stallMs: 3000', 'stallMs: soon'),
    /not reloaded, and going on as before.*yaml:\d+:\d+ /,
  );
  await reload(
    first.replace(one.url, two.url).replace('keepaliveS: 30', '').replace('mqtt:', 'mqtt:\n  keepaliveS: 7'),
    /"applied":\[\],"afterRestart":\["mqtt"\]/,
  );
  t.equal(two.clients, 1);
  t.equal(two.counters.connections, connections, 'and nothing else does');

  // Whoever has paused is not to find a camera on because somebody reloads.
  await using paused = agent(['pause', path]);
  t.equal(await paused.exited, 0);
  await until(() => two.clients === 0, 'the pause', WITHIN);
  const before = one.counters.connections;
  await reload(first, /"applied":\["cameras.cam"\]/);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  t.equal(one.counters.connections, before, 'in a pause nobody is connected');
  await using resumed = agent(['resume', path]);
  t.equal(await resumed.exited, 0);
  await until(() => one.clients === 1, 'the camera of the new configuration after the pause', WITHIN);

  daemon.child.kill('SIGTERM');
  t.equal(await daemon.exited, 0);
  t.match(await verify(join(folder, 'config/state/audit')), { ok: true });
  await using shown = agent(['audit', 'show', path]);
  await shown.exited;
  t.equal(shown.stdout.match(/config-changed/g)?.length, 2, 'both changes are in the audit log');
});

t.test('over MQTT: cameras and zones come and go, and whoever asked is told what became of it', async (t) => {
  const folder = t.testdir();
  await using broker = await startMosquitto(join(folder, 'broker'));
  await using plant = dashboard(broker.url);
  await using one = await TestCamera.start({ file: film });
  await using two = await TestCamera.start({ file: film });
  const path = writeConfig(join(folder, 'config'), { camera: one.url, broker: broker.url });
  const first = parse(readFileSync(path, 'utf8'));
  const operator = connect(broker.url, { username: 'operator', password: PASSWORDS.operator });
  t.teardown(() => operator.endAsync(true));
  await using daemon = agent(['run', path]);
  await until(() => one.clients === 1, 'the first camera', WITHIN);
  const on = (name: string) => plant.messages.filter(({ topic }) => topic === `${TOPIC}/${name}`);
  let id = 0;
  const reload = async (config: object) => {
    writeFileSync(path, stringify(config));
    for (;;) {
      const mine = String(++id);
      operator.publish(`${TOPIC}/command`, JSON.stringify({ command: 'reload', id: mine }), { qos: 1 });
      const answer = await until(
        () => on('command/answer').find(({ body }) => body.id === mine)?.body,
        'the answer',
        WITHIN,
      );
      if (answer.reason !== 'too-soon') return answer;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  };
  const { connections } = one.counters;
  const second = {
    ...first.cameras[0],
    id: 'second',
    url: two.url,
    zones: [{ ...first.cameras[0].zones[0], id: 'paint', headCount: 9 }],
  };

  const added = await reload({ ...first, cameras: [first.cameras[0], second] });
  t.match(added, { accepted: true, reload: { applied: ['cameras.second'], afterRestart: [] } });
  await until(() => two.clients === 1, 'the new camera', WITHIN);
  await until(() => on('zone/paint/signal').length > 0, 'its first window', WITHIN);
  const [paint] = on('zone/paint/signal');
  t.match(paint!.body, { headCount: 9 });
  const status = await until(
    () => on('status').findLast(({ body }) => body.reload)?.body,
    'it in the status',
  );
  t.match(status.reload, { accepted: true, applied: ['cameras.second'] });
  t.equal(status.capture.state, 'watching');
  await until(
    () =>
      on('health')
        .at(-1)!
        .body.cameras.map(({ id }: { id: string }) => id)
        .join() === 'cam,second',
    'both in health',
    WITHIN,
  );
  t.equal(one.counters.connections, connections, 'the other camera has noticed nothing');

  const wrong = await reload({ ...first, cameras: [{ ...first.cameras[0], url: 'rtsp://u:pa55w0rd@cam/' }] });
  t.match(wrong, { accepted: false, reason: 'invalid', reload: { code: 'config-invalid', applied: [] } });
  const research = { ...first.governance, purpose: 'research-with-consent' };
  const refused = await reload({ ...first, aggregation: {}, governance: research });
  t.match(refused, { accepted: false, reason: 'refused', reload: { code: 'governance-refused' } });
  const remote = { ...first.cameras[0], url: 'rtsp://192.0.2.1/stream' };
  const paper = { reference: 'x', expires: '2099-01-01' };
  const mixed = await reload({
    ...first,
    aggregation: {},
    governance: {
      ...first.governance,
      purpose: 'safety',
      legalBasis: 'Art. 6(1)(c) GDPR',
      dpia: paper,
      agreement: paper,
    },
    cameras: [remote],
  });
  t.match(
    mixed,
    { reason: 'refused', reload: { code: 'reload-needs-restart' } },
    'a demo that would go remote',
  );
  t.same([one.clients, two.clients], [1, 1], 'what runs goes on');
  t.equal(one.counters.connections, connections);

  const removed = await reload({ ...first, cameras: [second], schedule: undefined });
  t.match(removed, { accepted: true, reload: { applied: ['cameras.cam'] } });
  await until(() => one.clients === 0, 'the first camera is let go', WITHIN);
  t.equal(two.clients, 1);
  const last = await until(() => on('zone/press/signal').at(-1)?.body.window.end, 'its last window');
  const paints = on('zone/paint/signal').length;
  await until(() => on('zone/paint/signal').length >= paints + 3, 'windows of the other', WITHIN);
  const after = on('zone/press/signal').filter(({ body }) => body.window.end > last);
  t.ok(after.length <= 1, 'the window in which it left is told, and no other');

  daemon.child.kill('SIGTERM');
  t.equal(await daemon.exited, 0);
  t.match(await verify(join(folder, 'config/state/audit')), { ok: true });
  const events = readFileSync(join(folder, 'config/state/audit/audit-0000000001.jsonl'), 'utf8');
  t.equal(events.match(/"event":"reload"/g)?.length, 2);
  t.equal(
    events.match(/"by":"mqtt","reason":"(config-invalid|governance-refused|reload-needs-restart)"/g)?.length,
    3,
  );
  t.notMatch(daemon.text() + JSON.stringify(plant.messages) + events, /pa55w0rd/, 'no credential anywhere');
});
