import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { loadConfig } from '../../agent/config/load.ts';
import { ConfigError } from '../../agent/config/problem.ts';
import { configOf, errorOf, good, problemsOf, written } from './written.ts';

const cameraFile = (id: string) =>
  `cameras:\n  - id: ${id}\n    url: file:///a.mp4\n    zones:\n      - id: zone-${id}\n        polygon: [[0, 0], [1, 0], [1, 1]]\n        headCount: 5\n`;
const withoutCameras = good().slice(0, good().indexOf('cameras:'));

t.test('a right file loads, with defaults', async (t) => {
  const config = await configOf(good());
  t.equal(config.aggregation.windowS, 900);
  t.equal(config.cameras[0]!.reconnect.mostMs, 30_000);
  t.equal(config.mqtt.version, 5);
});

t.test('what is wrong with YAML is said with its place', async (t) => {
  const cases: readonly [string, string, RegExp][] = [
    ['tab', 'node:\n\tid: a\n', /^c\.yaml:2:1 YAML: a tab in the indentation; spaces only$/],
    ['duplicate', 'node:\n  id: a\n  id: b\n', /^c\.yaml:3:3 YAML: this key was given before/],
    ['open bracket', 'node: [1, 2\nmqtt: 1\n', /^c\.yaml:\d:\d+ YAML: /],
    ['open quote', 'node:\n  id: "abc\n', /^c\.yaml:\d:\d+ YAML: something is missing: a closing quote/],
    ['second colon', 'node: id: a\n', /^c\.yaml:1:7 YAML: a second ": "/],
    ['two documents', `${good()}---\nnode: 1\n`, /^c\.yaml:19:1 YAML: a second document starts here/],
    ['tag', good(['id: box', 'id: !box box']), /^c\.yaml:2:7 YAML: a tag that is not known/],
    ['YAML 1.1', `%YAML 1.1\n---\n${good()}`, /^c\.yaml:1:1 asks for YAML 1\.1/],
    ['list as root', '- a\n- b\n', /^c\.yaml:1:1 the file is not a mapping/],
    ['text as root', 'hello\n', /^c\.yaml:1:1 the file is not a mapping/],
    [
      'alias without anchor',
      good(['id: box', 'id: *hunter2']),
      /^c\.yaml:1:1 YAML: an alias without its anchor/,
    ],
    [
      'key that is a list',
      good(['node:', '? [a]\n: b\nnode:']),
      /^c\.yaml:1:3 YAML: a key must be a plain text$/,
    ],
  ];
  for (const [name, text, expected] of cases) {
    const lines = await problemsOf(text);
    t.match(lines[0], expected, name);
    t.notMatch(lines.join(), /hunter2/, `${name} quotes nothing`);
  }
});

t.test('a document that explodes by aliases is refused at once', async (t) => {
  let text = 'a: &a [x, x, x, x, x, x, x, x, x]\n';
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh', 'hi'].map((pair) => [...pair]))
    text += `${to}: &${to} [${Array(9).fill(`*${from}`).join(', ')}]\n`;
  t.match(await problemsOf(text), [/more than 100 values by alias/]);
  t.match((await problemsOf(good(['id: box', 'id: &me [*me]']))).join(), /node\.id: a list does not fit/);
});

t.test('what does not fit the schema is said with place, key, and what is allowed', async (t) => {
  const cases: readonly [string, readonly [string, string], string][] = [
    ['wrong type', ['id: box', 'id: 7'], 'c.yaml:2:7 node.id: 7 does not fit; allowed: lower-case letters,'],
    [
      'list for a text',
      ['id: box', 'id: [a]'],
      'c.yaml:2:7 node.id: a list does not fit; allowed: lower-case',
    ],
    ['nothing', ['\n  id: box', ''], 'c.yaml:1:6 node: nothing does not fit; allowed: a mapping with id'],
    [
      'enum',
      ['purpose: demo', 'purpose: fun'],
      'c.yaml:4:12 governance.purpose: "fun" does not fit; allowed: one of medical, safety, research-with-consent, demo',
    ],
    [
      'missing',
      ['  jurisdiction: EU\n', ''],
      'c.yaml:4:3 governance.jurisdiction: missing; allowed: a two-letter code such as EU, DE, JP, US',
    ],
    ['missing block', ['node:\n  id: box\n', ''], 'c.yaml:1:1 node: missing; allowed: a mapping with id'],
    [
      'unknown key',
      ['  jurisdiction', '  jursidiction: EU\n  jurisdiction'],
      'c.yaml:5:3 governance.jursidiction: there is no such key; did you mean jurisdiction?',
    ],
    [
      'snake case',
      ['headCount: 6', 'headCount: 6\n        head_count: 6'],
      'c.yaml:16:9 cameras[0].zones[0].head_count: there is no such key; did you mean headCount?',
    ],
    [
      'no neighbour',
      ['id: box', 'id: box\n  elephant: 1'],
      'c.yaml:3:3 node.elephant: there is no such key; allowed here: id',
    ],
    [
      'merge key',
      ['id: box', 'id: box\n  <<: {a: 1}'],
      'c.yaml:3:3 node."<<": merge keys are not supported; write the keys out',
    ],
    [
      'prototype',
      ['id: box', 'id: box\n  __proto__: {a: 1}'],
      'c.yaml:3:3 node.__proto__: there is no such key',
    ],
    [
      'above the limit',
      ['headCount: 6', 'headCount: 10001'],
      'c.yaml:15:20 cameras[0].zones[0].headCount: 10001 is out of range; allowed: a whole number from 1 to 10000',
    ],
    [
      'no whole number',
      ['headCount: 6', 'headCount: 1.5'],
      'c.yaml:15:20 cameras[0].zones[0].headCount: 1.5 does not fit; allowed: a whole number from 1 to 10000',
    ],
    [
      'infinite',
      ['headCount: 6', 'headCount: .inf'],
      'c.yaml:15:20 cameras[0].zones[0].headCount: Infinity does not fit; allowed: a whole number',
    ],
    [
      'two points',
      ['[[0, 0], [0.5, 0], [0.5, 1], [0, 1]]', '[[0, 0], [1, 1]]'],
      'c.yaml:14:18 cameras[0].zones[0].polygon: a list with 2 entries; allowed: a list, 3 to 64 entries',
    ],
    [
      'point outside',
      ['[0.5, 1]', '[0.5, 1.5]'],
      'c.yaml:14:43 cameras[0].zones[0].polygon[2][1]: 1.5 is out of range; allowed: a number from 0 to 1',
    ],
    [
      'point with three',
      ['[0.5, 1]', '[0.5, 1, 1]'],
      'c.yaml:14:37 cameras[0].zones[0].polygon[2]: a list with 3 entries; allowed: a list of 2, each a number from 0 to 1',
    ],
    [
      'union',
      ['url: mqtt', 'version: 3\n  url: mqtt'],
      'c.yaml:7:12 mqtt.version: 3 does not fit; allowed: one of 5, 4',
    ],
    [
      'odd width',
      ['zones:', 'analysis: {widthPx: 641}\n    zones:'],
      'c.yaml:12:25 cameras[0].analysis.widthPx: 641 does not fit; allowed: a whole number from 128 to 3840, a multiple of 2',
    ],
    [
      'date',
      ['jurisdiction: EU', 'jurisdiction: EU\n  dpia: {reference: a, expires: 2026-02-30}'],
      'c.yaml:6:33 governance.dpia.expires: "2026-02-30" does not fit; allowed: a date, YYYY-MM-DD',
    ],
    [
      'scheme',
      ['file:///recordings/a.mp4', 'http://10.0.0.1/x'],
      'c.yaml:11:10 cameras[0].url: does not fit; an rtsp://, rtsps:// or file: address',
    ],
    ['no host', ['file:///recordings/a.mp4', 'rtsp:///x'], 'c.yaml:11:10 cameras[0].url: names no host'],
    [
      'relative file',
      ['file:///recordings/a.mp4', 'file:a.mp4'],
      'c.yaml:11:10 cameras[0].url: not an absolute file address',
    ],
    [
      'host as file',
      ['file:///recordings/a.mp4', 'file://a.mp4'],
      'c.yaml:11:10 cameras[0].url: not an absolute file address',
    ],
    [
      'broker path',
      ['mqtt://127.0.0.1:1883', 'mqtt://127.0.0.1/x'],
      'c.yaml:7:8 mqtt.url: does not fit; mqtt://host:port',
    ],
    [
      'broker port',
      ['mqtt://127.0.0.1:1883', 'mqtt://127.0.0.1:99999'],
      'c.yaml:7:8 mqtt.url: cannot be read as an address',
    ],
  ];
  for (const [name, change, expected] of cases) {
    const lines = await problemsOf(good(change));
    t.equal(lines.length, 1, `${name}: one problem`);
    t.equal(lines[0]?.slice(0, expected.length), expected, name);
  }
});

t.test('all problems at once, in the order of the file', async (t) => {
  const lines = await problemsOf(
    good(['id: box', 'id: B'], ['purpose: demo', 'purpose: fun'], ['headCount: 6', 'headCount: 0']),
  );
  t.same(
    lines.map((line) => line.split(' ')[0]),
    ['c.yaml:2:7', 'c.yaml:4:12', 'c.yaml:15:20'],
  );
});

t.test('nothing secret is ever repeated', async (t) => {
  const camera = 'file:///recordings/a.mp4';
  const broker = 'mqtt://127.0.0.1:1883';
  const cases: readonly [string, readonly [string, string], RegExp][] = [
    ['camera', [camera, 'rtsp://admin:hunter2@10.0.0.1/x'], /credentialsFile/],
    ['user only', [camera, 'rtsp://hunter2@10.0.0.1/x'], /credentialsFile/],
    ['unescaped password', [camera, '"rtsp://admin:hun#hunter2@10.0.0.1/x"'], /credentialsFile/],
    ['other scheme', [camera, 'http://admin:hunter2@10.0.0.1/x'], /credentialsFile/],
    ['broker', [broker, 'mqtt://edge:hunter2@b:1883'], /mqtt\.passwordFile/],
    ['password key', [`url: ${broker}`, `url: ${broker}\n  password: hunter2`], /did you mean passwordFile/],
    [
      'wrong type of password file',
      [`url: ${broker}`, `url: ${broker}\n  passwordFile: [hunter2]`],
      /passwordFile: a list/,
    ],
    ['address as block', ['node:\n  id: box', 'node: rtsp://a:hunter2@b/'], /node: a text does not fit/],
    ['address as id', ['id: cam', 'id: rtsp://a:hunter2@b/'], /cameras\[0\]\.id: a text does not fit/],
    ['address as key', ['id: box', 'id: box\n  rtsp://a:hunter2@b/: 1'], /\(a key not shown\)/],
    ['long value', ['id: box', `id: ${'hunter2'.repeat(9)}`], /node\.id: a text does not fit/],
  ];
  for (const [name, change, expected] of cases) {
    const text = (await problemsOf(good(change))).join('\n');
    t.match(text, expected, name);
    t.notMatch(text, /hunter2/, name);
  }
});

t.test('control characters do not reach the terminal', async (t) => {
  t.match((await problemsOf(good(['id: box', 'id: "\\e[2Jx"']))).join(), /"\?\[2Jx"/);
});

t.test('a folder is read as one file, cameras joined in the order of names', async (t) => {
  await using place = await written({
    '20-b.yml': cameraFile('b'),
    '10-a.yaml': cameraFile('a'),
    '00-node.yaml': withoutCameras,
    '05-nothing.yaml': '# later\n',
    '.99-backup.yaml': 'x: [',
    'notes.txt': 'x: [',
  });
  const { config, files, origin } = await loadConfig(place.folder);
  t.same(
    config.cameras.map(({ id }) => id),
    ['a', 'b'],
  );
  t.same(
    files.map((file) => file.slice(place.folder.length + 1)),
    ['00-node.yaml', '05-nothing.yaml', '10-a.yaml', '20-b.yml'],
  );
  t.same(origin.placeOf(['cameras', 1, 'zones', 0, 'headCount']), {
    file: join(place.folder, '20-b.yml'),
    line: 7,
    column: 20,
  });
  t.same(origin.placeOfKey(['cameras', 1, 'url']).line, 3);
});

t.test('problems in a folder name the right file', async (t) => {
  const lines = async (files: Record<string, string>) => {
    await using place = await written(files);
    const error = await errorOf(loadConfig(place.folder));
    t.ok(error instanceof ConfigError);
    return error.message.replaceAll(`${place.folder}/`, '').split('\n').slice(1);
  };
  t.same(await lines({ 'a.yaml': good(), 'b.yaml': 'node:\n  id: other\n' }), [
    'b.yaml:1:1 node: also given at a.yaml:1:1; a top-level key belongs in one file; only cameras are joined',
  ]);
  t.match(await lines({ 'a.yaml': good(), 'b.yaml': 'cameras: 3\n' }), [
    /^b\.yaml:1:1 cameras: also given at a\.yaml:9:1/,
  ]);
  t.match(await lines({ 'a.yaml': good(), 'b.yaml': cameraFile('cam') }), [
    /^b\.yaml:2:9 cameras\[1\]\.id: "cam" is the id of another camera too \(a\.yaml:10:9\)/,
  ]);
  t.match(await lines({ 'a.yaml': good(), 'b.yaml': cameraFile('b').replace('headCount', 'heads') }), [
    /^b\.yaml:5:9 cameras\[1\]\.zones\[0\]\.headCount: missing/,
    /^b\.yaml:7:9 cameras\[1\]\.zones\[0\]\.heads: /,
  ]);
  t.match(await lines({ 'a.yaml': 'node: [', 'b.yaml': 'mqtt: [' }), [/^a\.yaml:/, /^b\.yaml:/]);
});

t.test('what cannot be read has its own code', async (t) => {
  await using place = await written({
    'empty.yaml': '',
    'comment.yaml': '# nothing\n',
    'huge.yaml': `# ${'x'.repeat(1024 * 1024)}\n`,
    'latin1.yaml': Uint8Array.of(0x61, 0x3a, 0x20, 0xe9),
  });
  await mkdir(join(place.folder, 'folder'));
  await symlink('/dev/zero', join(place.folder, 'endless.yaml'));
  const cases: readonly [string, string][] = [
    ['nowhere.yaml', 'config-missing'],
    ['empty.yaml/below', 'config-missing'],
    ['folder', 'config-missing'],
    ['empty.yaml', 'config-missing'],
    ['comment.yaml', 'config-missing'],
    ['huge.yaml', 'config-unreadable'],
    ['latin1.yaml', 'config-unreadable'],
    ['endless.yaml', 'config-unreadable'],
  ];
  for (const [name, code] of cases) {
    const error = await errorOf(loadConfig(join(place.folder, name)));
    t.same([error.fault, error.code], ['config', code], `${name}: ${error.message}`);
    t.ok(error.remedy);
  }
});

t.test('file names are relative to the file they stand in', async (t) => {
  await using place = await written({
    'c.yaml': good(['zones:', 'credentialsFile: secrets/cam\n    zones:']),
  });
  const { config } = await loadConfig(join(place.folder, 'c.yaml'));
  t.equal(config.cameras[0]!.credentialsFile, join(place.folder, 'secrets/cam'));
});
