import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import t from 'tap';
import { loadConfig } from '../../agent/config/load.ts';
import { ROOT } from '../../agent/installation.ts';
import { publishOptions } from '../../agent/publish/configured.ts';
import { Publisher } from '../../agent/publish/publisher.ts';
import { TestCamera } from '../camera/camera.ts';
import { Authority, startSecured } from '../support/authority.ts';
import { BASE, type Message, TOPIC, writeConfig } from '../support/plant.ts';
import { agent } from '../support/processes.ts';
import { queue } from '../support/queue.ts';
import { until } from '../support/until.ts';

const folder = t.testdir();
const authority = new Authority(join(folder, 'authority'));
authority.run('server', 'localhost', '127.0.0.1');
for (const node of ['box-1', 'box-2', 'box-3']) authority.run('node', node);
authority.runExpired('node', 'box-old');
for (const role of ['dashboard', 'shift-lead', 'stranger']) authority.run('person', role);
const stranger = new Authority(join(folder, 'stranger'));
stranger.run('node', 'box-1');

/** Somebody with that certificate, over MQTT 5. */
const login = (url: string, name: string, more: IClientOptions = {}): Promise<MqttClient> =>
  connectAsync(url, {
    protocolVersion: 5,
    reconnectPeriod: 0,
    ca: readFileSync(authority.file('server-ca.pem')),
    cert: readFileSync(authority.file(`${name}.pem`)),
    key: readFileSync(authority.file(`${name}-key.pem`)),
    ...more,
  });

/** Configuration of box-1 with these files in mqtt.tls. */
function configOf(name: string, url: string, tls: object, camera = 'rtsp://127.0.0.1:1/none'): string {
  const mqtt = { url, baseTopic: BASE, tls: { caFile: authority.file('server-ca.pem'), ...tls } };
  return writeConfig(join(folder, name), { camera, broker: url, more: { mqtt } });
}

const certificate = (name: string, from = authority) => ({
  certFile: from.file(`${name}.pem`),
  keyFile: from.file(`${name}-key.pem`),
});

t.test('a box with its certificate is heard, and every box has its own topics only', async (t) => {
  await using broker = await startSecured(join(folder, 'broker'), authority);
  await using camera = await TestCamera.start({ file: join(ROOT, 'test/scene/plant-a.mp4') });
  const nodes = `mqtts://localhost:${broker.ports.nodes}`;
  const people = `mqtts://127.0.0.1:${broker.ports.people}`;
  const plant = await login(people, 'person-dashboard');
  const lead = await login(people, 'person-shift-lead');
  const other = await login(nodes, 'node-box-2');
  t.teardown(() => Promise.all([plant, lead, other].map((client) => client.endAsync(true))));
  const collect = async (client: MqttClient, ...topics: string[]) => {
    const messages: Message[] = [];
    client.on('message', (topic, payload) =>
      messages.push({ topic, body: JSON.parse(payload.toString('utf8')) }),
    );
    await client.subscribeAsync(topics, { qos: 1 });
    return messages;
  };
  const seen = await collect(plant, `${BASE}/#`);
  const answers = await collect(lead, `${TOPIC}/command/answer`, `${BASE}/#`);
  const overheard = await collect(other, `${BASE}/#`, '#');

  const config = configOf('good', nodes, certificate('node-box-1'), camera.url);
  await using daemon = agent(['run', config]);
  await until(() => seen.some(({ topic }) => topic === `${TOPIC}/zone/press/signal`), 'a signal', {
    withinMs: 60_000,
  });
  // Another box must neither speak for this one, nor command it, nor take its session.
  for (const topic of [`${TOPIC}/zone/press/signal`, `${TOPIC}/status`, `${TOPIC}/command`])
    await t.rejects(other.publishAsync(topic, '{"forged":true}', { qos: 1 }), { code: 0x87 }, topic);
  await t.resolves(other.publishAsync(`${BASE}/micron-edge/box-2/status`, '{"own":true}', { qos: 1 }));
  const thief = await login(nodes, 'node-box-2', { clientId: 'micron-edge-box-1' });
  await t.rejects(plant.publishAsync(`${TOPIC}/command`, '{"command":"pause"}', { qos: 1 }), { code: 0x87 });
  await lead.publishAsync(`${TOPIC}/command`, '{"command":"pause","id":"7"}', { qos: 1 });
  await until(() => answers.find(({ body }) => body.id === '7'), 'the answer');
  t.match(
    answers.find(({ body }) => body.id === '7')!.body,
    { accepted: true, capture: { state: 'paused', by: 'mqtt' } },
    'the shift lead pauses',
  );
  await thief.endAsync(true);
  t.ok(
    seen.every(({ body }) => body.forged === undefined),
    'nothing forged has reached the dashboard',
  );
  t.same(
    overheard.filter(({ topic }) => topic.startsWith(TOPIC)),
    [],
    'the other box hears nothing of this one',
  );
  t.ok(
    answers.every(({ topic }) => !topic.endsWith('/signal')),
    'the shift lead sees answers and status, no figures',
  );
  t.notMatch(daemon.text(), /broker-unreachable/, 'its session was not taken');
  await t.rejects(login(nodes, 'person-dashboard'), 'no person comes in where boxes do');
  await t.rejects(login(people, 'node-box-2'), 'and no box where people do');
  const unknown = await login(people, 'person-stranger');
  const nothing = await collect(unknown, '#');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  t.same(nothing, [], 'a person of no role sees nothing');
  await unknown.endAsync(true);
  daemon.child.kill('SIGTERM');
  t.equal(await daemon.exited, 0);
});

/** What the publisher of such a configuration says first about its broker. */
async function troubleOf(path: string) {
  const { config } = await loadConfig(path);
  const { publisher: options } = await publishOptions(config);
  const told: { code: string; message: string; remedy: string }[] = [];
  const events = {
    onConnected() {},
    onTrouble: (trouble: (typeof told)[0]) => told.push(trouble),
    onCommand() {},
  };
  await using _publisher = new Publisher({ ...options, queue: queue().queue }, events);
  return await until(() => told[0], 'a word about the broker');
}

t.test('what is wrong with a certificate is told as it is', async (t) => {
  await using broker = await startSecured(join(folder, 'broker-2'), authority);
  authority.run('revoke', 'node', 'box-3');
  broker.reload();
  const url = `mqtts://localhost:${broker.ports.nodes}`;
  const foreign = { ...certificate('node-box-1'), caFile: stranger.file('server-ca.pem') };
  const cases: [string, object, string, RegExp][] = [
    ['broker-of-others', foreign, 'broker-certificate', /UNABLE_TO_VERIFY_LEAF_SIGNATURE/],
    ['expired', certificate('node-box-old'), 'broker-refuses-certificate', /EXPIRED/],
    ['revoked', certificate('node-box-3'), 'broker-refuses-certificate', /REVOKED/],
    ['forged', certificate('node-box-1', stranger), 'broker-refuses-certificate', /UNKNOWN_CA/],
    ['none', {}, 'broker-refuses-certificate', /CERTIFICATE_REQUIRED/],
  ];
  for (const [name, tls, code, reason] of cases) {
    const { code: found, message, remedy } = await troubleOf(configOf(name, url, tls));
    t.equal(found, code, `${name}: ${message}`);
    t.match(message, reason);
    t.ok(remedy.length > 20, remedy);
  }
  await using daemon = agent(['run', configOf('daemon', url, certificate('node-box-3'))]);
  await until(() => /"code":"broker-refuses-certificate"/.test(daemon.stdout), 'the daemon says so too');
  daemon.child.kill('SIGTERM');
  t.equal(await daemon.exited, 0, 'it goes on, and can be ended');
  t.notMatch(daemon.text(), /PRIVATE KEY|BEGIN /, 'nothing of a key is in the log');
});

for (const [what, reason, make] of [
  ['has run out', /CERT_HAS_EXPIRED/, (own: Authority) => own.runExpired('server', 'localhost')],
  ['is for another name', /ALTNAME/, (own: Authority) => own.run('server', 'broker.example')],
] as const)
  t.test(`a broker whose certificate ${what}`, async (t) => {
    const own = new Authority(join(folder, what.replaceAll(' ', '-')));
    make(own);
    own.run('node', 'box-1');
    await using broker = await startSecured(`${own.folder}-broker`, own);
    const tls = { ...certificate('node-box-1', own), caFile: own.file('server-ca.pem') };
    const url = `mqtts://localhost:${broker.ports.nodes}`;
    t.match(await troubleOf(configOf(what.replaceAll(' ', '-'), url, tls)), {
      code: 'broker-certificate',
      message: reason,
    });
  });

t.test('files that are no certificate, or do not belong together, stop the start', async (t) => {
  const text = join(folder, 'no-certificate');
  writeFileSync(text, 'user:password');
  const good = certificate('node-box-1');
  const cases: [string, object, RegExp][] = [
    ['missing', { ...good, certFile: '/nowhere/a.pem' }, /\/nowhere\/a\.pem cannot be read \(ENOENT\)/],
    ['mixed', { ...good, keyFile: authority.file('node-box-2-key.pem') }, /belong together/],
    ['text', { ...good, keyFile: text }, /belong together/],
  ];
  for (const [name, tls, words] of cases) {
    const { config } = await loadConfig(configOf(name, 'mqtts://localhost:1', tls));
    const error = await publishOptions(config).catch((cause) => cause);
    t.match(error, { fault: 'environment', code: /^certificate-/, message: words }, name);
    t.notMatch(`${error.message} ${error.remedy}`, /user:password|BEGIN /);
  }
});
