import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import t from 'tap';
import { loadConfig } from '../../agent/config/load.ts';
import { systemClock } from '../../agent/state/clock.ts';
import { SimulatedNode } from '../fleet/node.ts';
import { Authority } from '../support/authority.ts';
import { type Message, writeConfig } from '../support/plant.ts';
import { type Broker, SITE, startLine, startPlant } from '../support/plant-and-lines.ts';
import { until } from '../support/until.ts';

/** Three real Mosquittos: two lines with a box each, and the plant, with the files that we ship. */
const folder = t.testdir();
const authority = new Authority(join(folder, 'authority'));
authority.run('server', 'localhost', '127.0.0.1');
for (const node of ['box-a', 'box-b']) authority.run('node', node);
for (const line of ['line-a', 'line-b', 'line-c']) authority.run('bridge', line);
for (const role of ['dashboard', 'shift-lead']) authority.run('person', role);

const certificate = (name: string) => ({
  ca: readFileSync(authority.file('server-ca.pem')),
  cert: readFileSync(authority.file(`${name}.pem`)),
  key: readFileSync(authority.file(`${name}-key.pem`)),
});

async function login(port: number, name: string, more: object = {}): Promise<MqttClient> {
  const settings = { protocolVersion: 5 as const, reconnectPeriod: 100, ...certificate(name), ...more };
  const client = await connectAsync(`mqtts://localhost:${port}`, settings);
  client.on('error', () => {});
  return client;
}

/** Everything that comes in, over reconnects. */
async function collect(client: MqttClient, ...topics: string[]) {
  const heard: (Message & { readonly expiryS: number | undefined })[] = [];
  client.on('message', (topic, payload, { properties }) => {
    // Empty: what was retained is no more.
    const body = payload.length === 0 ? {} : JSON.parse(payload.toString('utf8'));
    heard.push({ topic, body, expiryS: properties?.messageExpiryInterval });
  });
  const listen = () => client.subscribeAsync(topics, { qos: 1 });
  client.on('connect', () => void listen().catch(() => {}));
  await listen();
  return heard;
}

const { config } = await loadConfig(
  writeConfig(join(folder, 'config'), {
    camera: 'rtsp://127.0.0.1:1/stream',
    broker: 'mqtts://localhost:1',
    more: { aggregation: { epsilonPerDay: 1_000, minHeadCount: 2 } },
  }),
);
const clock = systemClock();

/** A box of one zone at the broker of its line. */
async function openNode(name: string, line: Broker) {
  const handed: string[] = [];
  const commands: unknown[] = [];
  const at = join(folder, name);
  mkdirSync(at, { recursive: true });
  const url = `mqtts://localhost:${line.ports.nodes}`;
  const connection = { url, version: 5, keepaliveS: 30, tls: certificate(`node-${name}`) } as const;
  const node = await SimulatedNode.open(
    { name, zones: 1, config, connection, folder: at, clock },
    {
      onConnected() {},
      onHanded: (id) => handed.push(id),
      onAcknowledged() {},
      onCommand: (command) => commands.push(command),
    },
  );
  await until(() => node.isConnected, name);
  let atMs = Date.now();
  const send = async (count: number) => {
    for (let i = 0; i < count; i++) {
      await node.close(atMs, atMs + 1_000);
      atMs += 1_000;
    }
  };
  return { node, handed, commands, send };
}

const idsOf = (heard: readonly Message[], line: string) =>
  heard
    .filter(({ topic }) => topic.startsWith(`${SITE}/${line}/`) && topic.endsWith('/signal'))
    .map(({ body }) => body.id);

t.test(
  'signals go up in order, commands go down to the right box, and nothing else',
  { timeout: 120_000 },
  async (t) => {
    await using plant = await startPlant(join(folder, 'plant'), authority);
    await using lineA = await startLine(join(folder, 'line-a'), authority, 'line-a', plant.bridges);
    await using lineB = await startLine(join(folder, 'line-b'), authority, 'line-b', plant.bridges);
    const dashboard = await login(plant.ports.people, 'person-dashboard');
    const lead = await login(plant.ports.people, 'person-shift-lead');
    const atLineB = await login(lineB.ports.people, 'person-dashboard');
    t.teardown(() => Promise.all([dashboard, lead, atLineB].map((client) => client.endAsync(true))));
    const seen = await collect(dashboard, `${SITE}/#`, 'micron-edge-bridge/+');
    const seenAtB = await collect(atLineB, '#');
    const connected = (line: string) =>
      seen.filter(({ topic }) => topic === `micron-edge-bridge/${line}`).at(-1)?.body;
    await until(() => connected('line-a') === 1 && connected('line-b') === 1, 'both bridges');

    const a = await openNode('box-a', lineA);
    await using _a = a.node;
    const b = await openNode('box-b', lineB);
    await using _b = b.node;
    await a.send(5);
    await b.send(5);
    await until(
      () => idsOf(seen, 'line-a').length >= 5 && idsOf(seen, 'line-b').length >= 5,
      'signals at the plant',
    );
    t.same(idsOf(seen, 'line-a'), a.handed, 'all of line A, once and in order');
    t.same(idsOf(seen, 'line-b'), b.handed, 'all of line B');
    t.ok(
      seen.some(
        ({ topic, body }) => topic === `${SITE}/line-a/micron-edge/box-a/status` && body.state === 'online',
      ),
    );
    const expiry = seen.find(({ topic }) => topic.endsWith('/signal'))?.expiryS;
    t.ok(expiry !== undefined && expiry > 47 * 3_600, `the time that is left goes along: ${expiry} s`);

    // Down: to the one box, as if it had been sent at the line.
    const command = (line: string, box: string) => `${SITE}/${line}/micron-edge/${box}/command`;
    await lead.publishAsync(command('line-a', 'box-a'), '{"command":"pause","id":"1"}', { qos: 1 });
    await until(() => a.commands.length === 1, 'the command');
    t.match(a.commands[0], { command: 'pause', id: '1' });
    await lead.publishAsync(command('line-b', 'box-a'), '{"command":"pause","id":"2"}', { qos: 1 });
    await lead.publishAsync(command('line-a', 'box-b'), '{"command":"pause","id":"3"}', { qos: 1 });
    await lead.publishAsync(command('line-a', 'box-a'), '{"command":"pause","id":"4"}', {
      qos: 1,
      retain: true,
    });
    await until(() => a.commands.length === 2, 'the retained one');
    t.equal(a.commands[1], 'retained', 'a retained command is seen as one, through the bridge too');
    await lead.publishAsync(command('line-a', 'box-a'), '', { qos: 1, retain: true });

    // A third line, whose broker is in the wrong hands.
    const rogue = await login(plant.bridges, 'bridge-line-c', { reconnectPeriod: 0 });
    for (const topic of [
      `${SITE}/line-b/micron-edge/box-b/status`,
      `${SITE}/line-b/micron-edge/box-b/zone/zone-1/signal`,
      command('line-b', 'box-b'),
      command('line-c', 'box-c'),
      'micron-edge-bridge/line-b',
    ])
      await t.rejects(rogue.publishAsync(topic, '{"forged":true}', { qos: 1 }), { code: 0x87 }, topic);
    await t.resolves(rogue.publishAsync(`${SITE}/line-c/micron-edge/box-c/status`, '{}', { qos: 1 }));
    const overheard = await collect(rogue, '#', `${SITE}/#`);
    await b.send(1);
    await lead.publishAsync(command('line-b', 'box-b'), '{"command":"pause","id":"5"}', { qos: 1 });
    await until(() => b.commands.length === 1 && idsOf(seen, 'line-b').length === 6, 'line B goes on');
    t.same(
      overheard.filter(({ topic }) => !topic.includes('line-c')),
      [],
      'it hears nothing of the others',
    );
    await rogue.endAsync(true);
    t.match(b.commands, [{ id: '5' }], 'box B has heard its own command alone');
    const foreign = seenAtB.filter(({ topic }) => topic.includes('box-a') || topic.startsWith(SITE));
    t.same(
      foreign.map(({ body }) => body.id),
      ['2'],
      'of line A nothing is at line B, but what the plant sent there itself',
    );
  },
);

t.test(
  'the plant is away: the line keeps what comes, over its own death too; commands are not kept',
  { timeout: 120_000 },
  async (t) => {
    await using plant = await startPlant(join(folder, 'plant-2'), authority);
    await using line = await startLine(join(folder, 'line-a-2'), authority, 'line-a', plant.bridges);
    const dashboard = await login(plant.ports.people, 'person-dashboard');
    const lead = await login(plant.ports.people, 'person-shift-lead');
    t.teardown(() => Promise.all([dashboard, lead].map((client) => client.endAsync(true))));
    const seen = await collect(dashboard, `${SITE}/#`, 'micron-edge-bridge/+');
    const isBridged = () => seen.filter(({ topic }) => topic.startsWith('micron-edge-bridge/')).at(-1)?.body;
    await until(() => isBridged() === 1, 'the bridge');
    const a = await openNode('box-a', line);
    await using _a = a.node;
    await a.send(2);
    await until(() => idsOf(seen, 'line-a').length === 2, 'signals before');

    t.comment('the line is cut off from the plant');
    await plant.kill();
    await a.send(20);
    await until(() => a.node.waiting === 0, 'the line has them');
    await line.kill();
    await line.start();
    await until(() => a.node.isConnected, 'the box is back at its line', { withinMs: 60_000 });
    await a.send(3);
    await until(() => a.node.waiting === 0, 'the line has these too');
    await plant.start();
    await until(() => new Set(idsOf(seen, 'line-a')).size === 25, 'all of them at the plant', {
      withinMs: 60_000,
    });
    const ids = idsOf(seen, 'line-a');
    t.same([...new Set(ids)], a.handed, 'all of them in order');
    t.comment(`${ids.length - new Set(ids).size} came twice`);

    t.comment('the line is away, and somebody commands');
    await until(() => isBridged() === 1, 'the bridge again', { withinMs: 60_000 });
    await line.kill();
    await until(() => isBridged() === 0, 'the plant knows that the line is away', { withinMs: 60_000 });
    const topic = `${SITE}/line-a/micron-edge/box-a/command`;
    await lead.publishAsync(topic, '{"command":"resume","id":"9"}', { qos: 1 });
    await line.start();
    await until(() => isBridged() === 1 && a.node.isConnected, 'all is well', { withinMs: 60_000 });
    await lead.publishAsync(topic, '{"command":"pause","id":"10"}', { qos: 1 });
    await until(() => a.commands.length > 0, 'a command');
    t.match(a.commands, [{ id: '10' }], 'the one of before is lost, and not late');
  },
);
