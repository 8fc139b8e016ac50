import { join } from 'node:path';
import { connect } from 'mqtt';
import t from 'tap';
import { announcementOf } from '../../agent/publish/discovery.ts';
import { Publisher } from '../../agent/publish/publisher.ts';
import { BASE, PASSWORDS, startMosquitto, TOPIC } from '../support/plant.ts';
import { queue } from '../support/queue.ts';
import { until } from '../support/until.ts';

const OPTIONS = { baseTopic: BASE, node: 'box-1', software: '1.2.3' };
const announcement = announcementOf({
  ...OPTIONS,
  prefix: 'homeassistant',
  zones: ['press', 'paint'],
  cameras: ['cam'],
});

t.test("the announcement keeps Home Assistant's rules for devices", async (t) => {
  // <prefix>/device/<object_id>/config, object_id of letters, digits, "_" and "-"
  t.match(announcement.topic, /^homeassistant\/device\/[A-Za-z0-9_-]+\/config$/);
  const { device, origin, availability, components, ...rest } = JSON.parse(announcement.payload);
  t.same(rest, { qos: 1 });
  t.ok(device.identifiers.length > 0 && origin.name, 'required of a device announcement');
  t.same(availability, [{ topic: `${TOPIC}/status`, value_template: '{{ value_json.state }}' }]);
  const all = Object.values(components) as Record<string, string>[];
  t.equal(all.length, 2 * 6 + 1 + 1);
  t.equal(new Set(all.map(({ unique_id }) => unique_id)).size, all.length, 'a unique_id each');
  for (const { platform, unique_id, state_topic, state_class, unit_of_measurement, command_topic } of all) {
    t.equal(platform, 'sensor', unique_id!);
    t.ok(state_topic!.startsWith(`${TOPIC}/`));
    t.equal(command_topic, undefined, 'nothing to press');
    t.equal(state_class, unit_of_measurement === undefined ? undefined : 'measurement');
  }
});

t.test('it is at the broker for whoever comes later', async (t) => {
  const acl = `\nuser agent\ntopic write ${announcement.topic}\nuser dashboard\ntopic read homeassistant/#\n`;
  await using broker = await startMosquitto(join(t.testdir(), 'broker'), undefined, acl);
  const login = (username: 'agent' | 'dashboard') => ({ username, password: PASSWORDS[username] });
  const connection = { url: broker.url, version: 5 as const, keepaliveS: 30, login: login('agent') };
  let connects = 0;
  const events = { onConnected: () => connects++, onTrouble: () => {}, onCommand: () => {} };
  {
    await using _publisher = new Publisher(
      { ...OPTIONS, connection, announcement, queue: queue().queue },
      events,
    );
    await until(() => connects === 1, 'the connection');
  }
  const heard = new Map<string, { text: string; retain: boolean; qos: number }>();
  const client = connect(broker.url, { ...login('dashboard'), protocolVersion: 5 });
  client.on('message', (topic, payload, { retain, qos }) =>
    heard.set(topic, { text: String(payload), retain, qos }),
  );
  await new Promise((resolve) => client.once('connect', resolve));
  await client.subscribeAsync(['homeassistant/#', `${TOPIC}/status`], { qos: 1 });
  const found = await until(() => heard.size === 2 && heard.get(announcement.topic), 'both');
  t.same(found, { text: announcement.payload, retain: true, qos: 1 });
  t.equal(JSON.parse(heard.get(`${TOPIC}/status`)!.text).state, 'offline', 'and says that the box has gone');
  await client.endAsync();
});
