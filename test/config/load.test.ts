import { join } from 'node:path';
import t from 'tap';
import { loadConfig } from '../../agent/config/load.ts';

const GOOD = `node: { id: box }
governance: { purpose: demo, jurisdiction: EU }
aggregation: { noise: none }
mqtt: { url: "mqtt://127.0.0.1:1883", baseTopic: a/b }
cameras:
  - id: cam
    url: rtsp://127.0.0.1/stream
    zones:
      - { id: one, polygon: [[0, 0], [0.4, 0], [0.4, 1], [0, 1]], headCount: 5 }
      - { id: two, polygon: [[0.4, 0], [1, 0], [1, 1], [0.4, 1]], headCount: 5 }
`;

t.test('a right one has its defaults; zones may touch', async (t) => {
  const { config } = await loadConfig(join(t.testdir({ 'a.yaml': GOOD }), 'a.yaml'));
  t.equal(config.aggregation.minHeadCount, 5);
  t.equal(config.cameras[0]!.analysis.widthPx, 960);
});

const WRONG: readonly [name: string, from: string, to: string, message: RegExp][] = [
  [
    'a type',
    'headCount: 5 }\n      - { id: two',
    'headCount: five }\n      - { id: two',
    /a\.yaml:9:\d+ .*headCount/,
  ],
  [
    'an unknown key, with what was meant',
    'baseTopic',
    'baseTopc',
    /a\.yaml:4:\d+ .*baseTopc[\s\S]*baseTopic/,
  ],
  ['a duplicate key', 'node: { id: box }', 'node: { id: box }\nnode: { id: box2 }', /a\.yaml:2:\d+ /],
  ['two points', '[[0, 0], [0.4, 0], [0.4, 1], [0, 1]]', '[[0, 0], [0.4, 0]]', /a\.yaml:9:\d+ .*polygon/],
  ['overlapping zones', '[[0.4, 0], [1, 0]', '[[0.3, 0], [1, 0]', /a\.yaml:\d+:\d+ .*overlap/i],
  ['the same zone twice', 'id: two', 'id: one', /a\.yaml:\d+:\d+ .*one/],
  [
    'a crossing polygon',
    '[[0, 0], [0.4, 0], [0.4, 1], [0, 1]]',
    '[[0, 0], [0.4, 1], [0.4, 0], [0, 1]]',
    /a\.yaml:9:\d+ /,
  ],
  ['a missing key', 'node: { id: box }', 'node: {}', /a\.yaml:1:\d+ .*id/],
  ['broken YAML', 'cameras:', 'cameras: [', /a\.yaml:\d+:\d+ /],
  ['no noise outside a demo', 'purpose: demo', 'purpose: safety', /a\.yaml:3:\d+ .*noise/],
];

t.test('wrong ones name their place', async (t) => {
  for (const [name, from, to, message] of WRONG) {
    if (!GOOD.includes(from)) t.fail(`${name}: the test itself is wrong`);
    const path = join(t.testdir({ 'a.yaml': GOOD.replace(from, to) }), 'a.yaml');
    await t.rejects(loadConfig(path), { code: 'config-invalid', message }, name);
  }
});

t.test('an address with a password is refused without repeating it', async (t) => {
  const text = GOOD.replace('rtsp://127.0.0.1', 'rtsp://me:Secret9@127.0.0.1');
  const error = await loadConfig(join(t.testdir({ 'a.yaml': text }), 'a.yaml')).catch((e: Error) => e);
  t.match((error as Error).message, /credentialsFile/);
  t.notMatch((error as Error).message, /Secret9/);
});

t.test('a folder is one configuration; a key in two of its files is a mistake of both', async (t) => {
  const [head, cameras] = GOOD.split('cameras:') as [string, string];
  const more = `cameras:\n  - { id: cam2, url: "rtsp://127.0.0.1/2", zones: [{ id: three, polygon: [[0, 0], [1, 0], [1, 1]], headCount: 5 }] }\n`;
  const good = t.testdir({ '1.yaml': head, '2.yaml': `cameras:${cameras}`, '3.yml': more });
  t.equal((await loadConfig(good)).config.cameras.length, 2);
  const twice = t.testdir({ '1.yaml': GOOD, '2.yaml': 'node: { id: other }\n' });
  await t.rejects(loadConfig(twice), { message: /1\.yaml[\s\S]*2\.yaml|2\.yaml[\s\S]*1\.yaml/ });
});

t.test('nothing there', async (t) => {
  await t.rejects(loadConfig(join(t.testdir(), 'none.yaml')), { code: 'config-missing' });
  await t.rejects(loadConfig(t.testdir({ 'readme.txt': '' })), { code: 'config-missing' });
});
