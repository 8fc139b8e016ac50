import t from 'tap';
import { configOf, good, problemsOf } from './written.ts';

const SAFE = ['purpose: demo', 'purpose: safety'] as const;
const RIGHT = '[[0.5, 0], [1, 0], [1, 1], [0.5, 1]]';
const block = (text: string) => ['node:', `${text}\nnode:`] as const;
const kpi = (zones: string, labels: string) =>
  `kpi: {definedOn: 2026-11-25, definitions: [{id: a, title: t, ${zones}, ${labels}, direction: either, smallestChange: 1, changeOn: 2027-01-18, daysBefore: 7, daysAfter: 7}]}`;

t.test('rules over several keys, each with its place', async (t) => {
  const cases: readonly [string, readonly (readonly [string, string])[], RegExp][] = [
    [
      'zone id twice',
      [['id: right', 'id: left']],
      /^c\.yaml:16:13 cameras\[0\]\.zones\[1\]\.id: "left" is the id of another zone too \(c\.yaml:13:13\)/,
    ],
    [
      'overlap',
      [[RIGHT, '[[0.4, 0], [1, 0], [1, 1], [0.4, 1]]']],
      /^c\.yaml:17:18 cameras\[0\]\.zones\[1\]\.polygon: zone "right" overlaps zone "left" \(c\.yaml:14:18\)/,
    ],
    [
      'crossing',
      [[RIGHT, '[[0.5, 0], [1, 1], [1, 0], [0.5, 1]]']],
      /zones\[1\]\.polygon: the outline crosses/,
    ],
    [
      'repeated corner',
      [[RIGHT, '[[0.5, 0], [1, 0], [1, 1], [0.5, 1], [0.5, 0]]']],
      /zones\[1\]\.polygon: the outline crosses or touches itself, or repeats a corner/,
    ],
    [
      'tiny',
      [[RIGHT, '[[0.6, 0.6], [0.601, 0.6], [0.6, 0.601]]']],
      /zones\[1\]\.polygon: encloses next to nothing/,
    ],
    [
      'definition of success for a zone that is not there',
      [block(kpi('zones: [nowhere]', 'labels: [negative]'))],
      /kpi\.definitions\[0\]\.zones\[0\]: there is no zone "nowhere"; one of left, right/,
    ],
    [
      'label twice in a definition of success',
      [block(kpi('zones: [left]', 'labels: [negative, negative]'))],
      /kpi\.definitions\[0\]\.labels\[1\]: "negative" is named twice; each label once/,
    ],
    [
      'a width that GStreamer would pad',
      [['zones:', 'decoder: gstreamer\n    analysis: {widthPx: 964}\n    zones:']],
      /cameras\[0\]\.analysis\.widthPx: 964 does not suit the decoder gstreamer; a multiple of 8/,
    ],
    [
      'optOut',
      [['zones:', 'optOut: [[[0, 0], [1, 1], [1, 0], [0, 1]]]\n    zones:']],
      /cameras\[0\]\.optOut\[0\]: the outline crosses/,
    ],
    [
      'names of areas',
      [['zones:', 'optOut: [[[0, 0], [1, 0], [1, 1]]]\n    optOutNames: [a, b]\n    zones:']],
      /^c\.yaml:13:18 cameras\[0\]\.optOutNames: 2 for 1 in optOut; one name for each area/,
    ],
    [
      'reconnect',
      [['zones:', 'reconnect: {firstMs: 5000, mostMs: 1000}\n    zones:']],
      /^c\.yaml:12:16 cameras\[0\]\.reconnect: firstMs 5000 is more than mostMs 1000/,
    ],
    ['yunet', [block('detector: {kind: yunet}')], /detector\.kind: yunet is not shipped/],
    [
      'noise',
      [SAFE, block('aggregation: {noise: none}')],
      /^c\.yaml:1:22 aggregation\.noise: "none" with purpose safety/,
    ],
    [
      'username',
      [['  baseTopic', '  username: u\n  baseTopic']],
      /^c\.yaml:8:13 mqtt\.username: username without passwordFile/,
    ],
    [
      'password',
      [['  baseTopic', '  passwordFile: p\n  baseTopic']],
      /mqtt\.passwordFile: passwordFile without username/,
    ],
    [
      'clear text',
      [['mqtt://127.0.0.1:1883', 'mqtt://broker:1883\n  username: u\n  passwordFile: p']],
      /^c\.yaml:7:8 mqtt\.url: the password would cross the network in clear text/,
    ],
    [
      'certificate',
      [['mqtt://127.0.0.1:1883', 'mqtts://b\n  tls: {certFile: a}']],
      /mqtt\.tls\.certFile: certFile without keyFile/,
    ],
    [
      'key',
      [['mqtt://127.0.0.1:1883', 'mqtts://b\n  tls: {keyFile: a}']],
      /mqtt\.tls\.keyFile: keyFile without certFile/,
    ],
    [
      'tls for nothing',
      [['mqtt://127.0.0.1:1883', 'mqtt://b\n  tls: {caFile: a}']],
      /mqtt\.tls: tls with an mqtt: address does nothing/,
    ],
    [
      'time zone',
      [block('schedule: {timeZone: Europe/Leipzig, hours: [{days: [mon], from: "06:00", to: "14:00"}]}')],
      /^c\.yaml:1:22 schedule\.timeZone: this machine knows no such time zone/,
    ],
    [
      'offset',
      [block('schedule: {timeZone: "+01:00", hours: [{days: [mon], from: "06:00", to: "14:00"}]}')],
      /schedule\.timeZone/,
    ],
    [
      'slots',
      [block('aggregation: {windowS: 20}')],
      /^c\.yaml:1:14 aggregation: slotsPerTrack 3 times slotS 10 is more than windowS 20/,
    ],
    [
      'budget',
      [block('aggregation: {epsilonPerWindow: 2, epsilonPerDay: 1}')],
      /aggregation: epsilonPerWindow 2 is more than epsilonPerDay 1/,
    ],
    [
      'budget with regions',
      [block('aggregation: {epsilonPerWindow: 1, regions: {epsilonPerWindow: 0.5}, epsilonPerDay: 1.4}')],
      /aggregation: epsilonPerWindow 1 and that of regions 0\.5 is more than epsilonPerDay 1\.4/,
    ],
    [
      'regions without a price',
      [block('aggregation: {regions: {}}')],
      /aggregation\.regions\.epsilonPerWindow: missing/,
    ],
    [
      'no country',
      [['jurisdiction: EU', 'jurisdiction: QX']],
      /^c\.yaml:5:17 governance\.jurisdiction: "QX" is not a country code in use; EU or/,
    ],
    ['old code', [['jurisdiction: EU', 'jurisdiction: DD']], /"DD" is not a country code in use; write DE/],
    ['Greece', [['jurisdiction: EU', 'jurisdiction: EL']], /write GR/],
    ['unknown region', [['jurisdiction: EU', 'jurisdiction: ZZ']], /"ZZ" is not a country code/],
  ];
  for (const [name, changes, expected] of cases) {
    const lines = await problemsOf(good(...changes));
    t.equal(lines.length, 1, `${name}: one problem`);
    t.match(lines[0], expected, name);
  }
});

t.test('what looks like it and is allowed', async (t) => {
  const cases: readonly [string, readonly (readonly [string, string])[]][] = [
    ['zones that touch', []],
    ['window exactly full', [block('aggregation: {windowS: 30}')]],
    ['equal budgets', [block('aggregation: {epsilonPerWindow: 2, epsilonPerDay: 2}')]],
    [
      'equal budgets with regions',
      [block('aggregation: {epsilonPerWindow: 1, regions: {epsilonPerWindow: 1}, epsilonPerDay: 2}')],
    ],
    [
      'password to this machine',
      [['mqtt://127.0.0.1:1883', 'mqtt://localhost\n  username: u\n  passwordFile: p']],
    ],
    ['password encrypted', [['mqtt://127.0.0.1:1883', 'mqtts://broker\n  username: u\n  passwordFile: p']]],
    ['yunet with file', [block('detector: {kind: yunet, file: y.onnx}')]],
    ['Norway is no boolean', [['jurisdiction: EU', 'jurisdiction: NO']]],
    ['quiet demo', [block('aggregation: {noise: none}')]],
    [
      'an anchor',
      [
        ['headCount: 6', 'headCount: &n 6'],
        ['headCount: 6', 'headCount: *n'],
      ],
    ],
    ['"@" in a camera path', [['file:///recordings/a.mp4', 'rtsp://10.0.0.1/live@2']]],
  ];
  for (const [name, changes] of cases) t.ok(await configOf(good(...changes)), name);
});

t.test('the same zone id on another camera is refused: it would be the same topic', async (t) => {
  const second = `  - id: cam-2\n    url: file:///b.mp4\n    zones:\n      - id: left\n        polygon: ${RIGHT}\n        headCount: 6\n`;
  t.match(await problemsOf(good() + second), [/^c\.yaml:22:13 cameras\[1\]\.zones\[0\]\.id: "left"/]);
  t.ok(
    await configOf(good() + second.replace('id: left', 'id: third')),
    'zones of two cameras may lie alike',
  );
});
