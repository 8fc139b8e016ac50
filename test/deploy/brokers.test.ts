import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import t from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { Authority, startSecured } from '../support/authority.ts';
import { type Asked, emqxAllows, fits, hivemqAllows } from '../support/broker-rules.ts';
import { BASE } from '../support/plant.ts';
import { exported } from './built.ts';

interface Rules {
  readonly emqx: string;
  readonly hivemq: string;
  readonly mosquittoNodes: readonly string[];
  readonly mosquittoPeople: readonly string[];
}
const rules = exported<Rules>(join(ROOT, 'deploy/brokers/rules.mjs'));
const shipped = (name: string) => readFileSync(join(ROOT, 'deploy', name), 'utf8');
const LOGINS = {
  'box-1': 'node',
  'box-2': 'node',
  dashboard: 'dashboard',
  'shift-lead': 'shift-lead',
} as const;

/** Login, action, topic below BASE, allowed. Whoever reads is told what somebody else may write. */
const TABLE: readonly (readonly [keyof typeof LOGINS, Asked['action'], string, boolean])[] = [
  ...['status', 'health', 'audit', 'zone/press/signal', 'zone/press/gap', 'command/answer'].map(
    (path) => ['box-1', 'write', `micron-edge/box-1/${path}`, true] as const,
  ),
  ['box-1', 'write', 'micron-edge/box-2/status', false],
  ['box-1', 'write', 'micron-edge/box-2/zone/press/signal', false],
  ['box-1', 'write', 'micron-edge/box-2/command', false],
  ['box-1', 'write', 'micron-edge/box-10/status', false],
  ['box-1', 'write', 'other/box-1/status', false],
  ['box-1', 'read', 'micron-edge/box-1/command', true],
  ['box-1', 'read', 'micron-edge/box-2/command', false],
  ['box-1', 'read', 'micron-edge/box-2/zone/press/signal', false],
  ['box-1', 'read', 'micron-edge/box-2/status', false],
  ['dashboard', 'read', 'micron-edge/box-1/status', true],
  ['dashboard', 'read', 'micron-edge/box-2/zone/press/signal', true],
  ['dashboard', 'write', 'micron-edge/box-1/command', false],
  ['dashboard', 'write', 'micron-edge/dashboard/status', false],
  ['dashboard', 'write', 'micron-edge/box-1/zone/press/signal', false],
  ['shift-lead', 'write', 'micron-edge/box-1/command', true],
  ['shift-lead', 'write', 'micron-edge/box-2/command', true],
  ['shift-lead', 'write', 'micron-edge/box-1/status', false],
  ['shift-lead', 'write', 'micron-edge/shift-lead/status', false],
  ['shift-lead', 'read', 'micron-edge/box-1/command/answer', true],
  ['shift-lead', 'read', 'micron-edge/box-1/status', true],
  ['shift-lead', 'read', 'micron-edge/box-1/zone/press/signal', false],
  ['shift-lead', 'read', 'micron-edge/box-1/health', false],
];

t.test('the files are made of the rules', async (t) => {
  t.equal(shipped('brokers/emqx-acl.conf'), rules.emqx);
  t.equal(shipped('brokers/hivemq-credentials.xml'), rules.hivemq);
  const lines = (name: string) =>
    shipped(`mosquitto/${name}`)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
  t.same(lines('nodes.acl'), rules.mosquittoNodes);
  t.same(lines('people.acl'), rules.mosquittoPeople);
});

t.test('filters', async (t) => {
  for (const [topic, filter, is] of [
    ['a/b', 'a/#', true],
    ['a', 'a/#', true],
    ['a/b/c', 'a/+', false],
    ['a/b', 'a/+', true],
    ['b/a', '#', true],
    ['ab', 'a', false],
  ] as const)
    t.equal(fits(topic, filter), is, `${topic} ${filter}`);
});

t.test('EMQX and HiveMQ, by what their documentation says', async (t) => {
  const emqx = shipped('brokers/emqx-acl.conf').replaceAll('BASE', BASE);
  const hivemq = shipped('brokers/hivemq-credentials.xml').replaceAll('BASE', BASE);
  for (const [login, action, path, allowed] of TABLE) {
    const asked = { login, action, topic: `${BASE}/${path}` };
    t.equal(emqxAllows(emqx, asked), allowed, `EMQX: ${login} ${action} ${path}`);
    t.equal(hivemqAllows(hivemq, LOGINS[login], asked), allowed, `HiveMQ: ${login} ${action} ${path}`);
  }
});

t.test('a real Mosquitto says the same', async (t) => {
  const folder = t.testdir();
  const authority = new Authority(join(folder, 'authority'));
  authority.run('server', 'localhost');
  for (const node of ['box-1', 'box-2']) authority.run('node', node);
  for (const person of ['dashboard', 'shift-lead']) authority.run('person', person);
  for (const role of ['dashboard', 'shift-lead'])
    t.throws(() => authority.run('node', role), /reserved/, 'no box is called like a role');
  await using broker = await startSecured(join(folder, 'broker'), authority);
  const open = new Map<string, MqttClient>();
  for (const [login, role] of Object.entries(LOGINS)) {
    const file = role === 'node' ? `node-${login}` : `person-${login}`;
    const port = role === 'node' ? broker.ports.nodes : broker.ports.people;
    open.set(
      login,
      await connectAsync(`mqtts://localhost:${port}`, {
        ...{ protocolVersion: 5, reconnectPeriod: 0 },
        ca: readFileSync(authority.file('server-ca.pem')),
        cert: readFileSync(authority.file(`${file}.pem`)),
        key: readFileSync(authority.file(`${file}-key.pem`)),
      }),
    );
  }
  t.teardown(() => Promise.all([...open.values()].map((client) => client.endAsync(true))));
  const heard = new Set<string>();
  for (const [login, client] of open) client.on('message', (topic) => heard.add(`${login} ${topic}`));
  const writer = (path: string) => (path.endsWith('/command') ? 'shift-lead' : path.split('/')[1]!);
  for (const [login, action, path] of TABLE)
    if (action === 'read') await open.get(login)!.subscribeAsync(`${BASE}/${path}`, { qos: 1 });
  for (const [login, action, path, allowed] of TABLE) {
    const name = `${login} ${action} ${path}`;
    if (action === 'write') {
      const sent = open.get(login)!.publishAsync(`${BASE}/${path}`, '{}', { qos: 1 });
      if (allowed) await t.resolves(sent, name);
      else await t.rejects(sent, { code: 0x87 }, name);
    } else await open.get(writer(path))!.publishAsync(`${BASE}/${path}`, '{}', { qos: 1 });
  }
  // Behind everything else on its way to each of them: a round trip.
  for (const client of open.values()) await client.subscribeAsync('nothing', { qos: 1 });
  for (const [login, action, path, allowed] of TABLE)
    if (action === 'read') t.equal(heard.has(`${login} ${BASE}/${path}`), allowed, `${login} reads ${path}`);
});
