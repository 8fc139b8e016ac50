import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse, stringify } from 'yaml';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { Authority, startSecured } from '../support/authority.ts';
import { BASE, dashboard, GROUP, startMosquitto, TOPIC, writeConfig } from '../support/plant.ts';
import { agent, type Program } from '../support/processes.ts';
import { until } from '../support/until.ts';

const WITHIN = { withinMs: 60_000, everyMs: 50 };
const film = join(ROOT, 'test/scene/steady-a.mp4');
const count = (daemon: Program, what: RegExp) => daemon.text().match(new RegExp(what, 'g'))?.length ?? 0;

/** SIGHUP, until the daemon has said what came of it; the keys that it applied, or the code of the refusal. */
async function reloaded(daemon: Program): Promise<string> {
  const from = daemon.text().length;
  daemon.child.kill('SIGHUP');
  const line = await until(
    () =>
      daemon
        .text()
        .slice(from)
        .split('\n')
        .find((each) => /"msg":"(not )?reloaded/.test(each) && each.endsWith('}')),
    'the reload',
    WITHIN,
  );
  const { applied, code } = JSON.parse(line);
  return code ?? applied.join();
}

t.test('a secret that has changed is taken up by whoever uses it, and by nobody else', async (t) => {
  const folder = t.testdir();
  await using broker = await startMosquitto(join(folder, 'broker'));
  await using plant = dashboard(broker.url);
  await using one = await TestCamera.start({
    file: film,
    auth: 'digest',
    user: 'eye',
    password: 'first-5ecret',
  });
  await using two = await TestCamera.start({ file: film });
  const path = writeConfig(join(folder, 'config'), {
    camera: one.url,
    credentials: 'eye:first-5ecret',
    broker: broker.url,
    ofMqtt: { sparkplug: { group: GROUP } },
  });
  const config = parse(readFileSync(path, 'utf8'));
  const { credentialsFile: _, ...rest } = config.cameras[0];
  const other = { ...rest, id: 'other', url: two.url, zones: [{ ...rest.zones[0], id: 'paint' }] };
  writeFileSync(path, stringify({ ...config, cameras: [config.cameras[0], other] }));
  const secret = (name: string, text: string) => writeFileSync(join(folder, 'config', name), `${text}\n`);
  await using daemon = agent(['run', path]);
  const streaming = () =>
    until(() => one.clients === 1 && two.clients === 1, 'both cameras are watched', WITHIN);
  const connects = () => count(daemon, /"msg":"connected to the broker"/);
  const connected = (times: number) => until(() => connects() === times, `connection ${times}`, WITHIN);
  const sessions = () => count(broker, / as micron-edge-box-1-sparkplug \(/);
  await streaming();
  await connected(1);
  await until(() => sessions() === 1, 'Sparkplug', WITHIN);
  t.equal(await reloaded(daemon), '', 'nothing has changed');

  const cameras = () => [one.counters.connections, two.counters.connections];
  const before = cameras();
  execFileSync('mosquitto_passwd', ['-b', join(folder, 'broker/passwords'), 'agent', 'second-5ecret'], {
    stdio: 'ignore',
  });
  broker.child.kill('SIGHUP');
  secret('mqtt-password', 'second-5ecret');
  const from = plant.messages.length;
  t.equal(await reloaded(daemon), 'mqtt.passwordFile');
  await until(
    () =>
      plant.messages
        .slice(from)
        .some(
          ({ topic, body }) => topic === `${TOPIC}/status` && body.reload?.applied[0] === 'mqtt.passwordFile',
        ),
    'the word of it, over the new connection',
    WITHIN,
  );
  await until(() => sessions() === 2, 'Sparkplug too', WITHIN);
  t.same(cameras(), before, 'no camera has noticed');

  one.admit('digest', { user: 'eye', password: 'third-5ecret' });
  secret('camera', 'eye:third-5ecret');
  const times = connects();
  t.equal(await reloaded(daemon), 'cameras.cam.credentialsFile');
  await until(() => one.counters.connections > before[0]! && one.clients === 1, 'the camera anew', WITHIN);
  t.equal(two.counters.connections, before[1], 'the other camera has not noticed');
  t.equal(connects(), times, 'nor has the broker');

  secret('mqtt-password', '');
  t.equal(await reloaded(daemon), 'secret-malformed');
  secret('mqtt-password', 'second-5ecret');
  t.equal(await reloaded(daemon), '', 'what is in use is there again');
  t.equal(connects(), times);

  secret('mqtt-password', 'wrong-5ecret');
  t.equal(await reloaded(daemon), 'mqtt.passwordFile');
  await until(() => count(daemon, /"code":"broker-login-refused"/) > 0, 'the refusal', WITHIN);
  secret('mqtt-password', 'second-5ecret');
  t.equal(await reloaded(daemon), 'mqtt.passwordFile');
  await connected(times + 1);
  await until(
    () => plant.messages.findLast(({ topic }) => topic === `${TOPIC}/status`)?.body.state === 'online',
    'online',
    WITHIN,
  );
  t.same([one.clients, two.clients], [1, 1]);

  daemon.stop();
  t.equal(await daemon.exited, 0);
  const audit = join(folder, 'config/state/audit');
  const entries = readdirSync(audit).map((name) => readFileSync(join(audit, name), 'utf8'));
  t.match(entries.join(''), /"applied":\["mqtt\.passwordFile"\]/, 'it is in the audit log');
  t.notMatch(daemon.text() + JSON.stringify(plant.messages) + entries.join(''), /5ecret/, 'and no secret is');
});

t.test('a certificate that was renewed takes the place of the one that is revoked', async (t) => {
  const folder = t.testdir();
  const authority = new Authority(join(folder, 'authority'));
  authority.run('server', 'localhost');
  authority.run('node', 'box-1');
  await using broker = await startSecured(join(folder, 'broker'), authority);
  const own = (name: string) => join(folder, name);
  const install = (...names: string[]) => {
    for (const name of names) copyFileSync(authority.file(name), own(name));
  };
  const [certFile, keyFile] = ['node-box-1.pem', 'node-box-1-key.pem'] as const;
  install(certFile, keyFile);
  const url = `mqtts://localhost:${broker.ports.nodes}`;
  const tls = { caFile: authority.file('server-ca.pem'), certFile: own(certFile), keyFile: own(keyFile) };
  const path = writeConfig(join(folder, 'config'), {
    camera: 'rtsp://127.0.0.1:1/none',
    broker: url,
    more: { mqtt: { url, baseTopic: BASE, tls } },
  });
  await using daemon = agent(['run', path]);
  const connected = (times: number) =>
    until(() => count(daemon, /"msg":"connected to the broker"/) === times, `connection ${times}`, WITHIN);
  await connected(1);

  authority.run('revoke', 'node', 'box-1');
  authority.run('node', 'box-1');
  broker.reload();
  install(certFile);
  t.equal(await reloaded(daemon), 'certificate-invalid', 'the key is still the old one');
  install(keyFile);
  t.equal(await reloaded(daemon), 'mqtt.tls.certFile,mqtt.tls.keyFile');
  await connected(2);
  t.notMatch(daemon.text(), /"code":"broker-/, 'nothing was wrong meanwhile');
  t.notMatch(daemon.text(), /BEGIN /);
  daemon.stop();
  t.equal(await daemon.exited, 0);
});
