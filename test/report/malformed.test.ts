import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { plant, refused, reported } from './scene.ts';

const folder = t.testdir();
const works = await plant(folder, { days: 3 });

t.test('what is no recording ends in a sentence and exit code 2', async (t) => {
  await reported([works.recording, '--csv', works.path('tables')]);
  const table = readFileSync(works.path('tables/days.csv'), 'utf8');
  const cases: Record<string, readonly [content: string | Buffer, code: string, says: RegExp]> = {
    'empty.jsonl': ['', 'recording-empty', /is empty/],
    'blank.jsonl': ['\n\n', 'recording-empty', /is empty/],
    'half.csv': [table.slice(0, 777), 'recording-not-ours', /It looks like a table/],
    'noise.jsonl': [randomBytes(3000), 'recording-not-ours', /not-json/],
    'other.jsonl': ['{"a":1}\n', 'recording-not-ours', /not-ours/],
    'newer.jsonl': [
      works.lines.join('').replaceAll(/micron-edge\/(\w+)\/1"/g, 'micron-edge/$1/2"'),
      'recording-not-ours',
      /another version/,
    ],
    'signals-newer.jsonl': [
      works.lines.join('').replaceAll('signal/1"', 'signal/2"'),
      'recording-without-signals',
      /other-version/,
    ],
    'broken.jsonl.gz': [randomBytes(500), 'recording-unreadable', /cannot be read/],
    'endless.jsonl': ['x'.repeat(4_000_000), 'recording-not-ours', /too-long/],
  };
  for (const [name, [content, code, says]] of Object.entries(cases)) {
    const error = await refused([works.write(name, content as string)]);
    t.match(error, { code, fault: 'config' }, name);
    t.match(`${error.message} ${error.remedy}`, says, name);
  }
  t.match(await refused([works.path('nowhere.jsonl')]), { code: 'recording-unreadable' });
  t.match(await refused([]), { code: 'usage' });
  t.match(await refused([works.recording, '--lang', 'xx']), { code: 'usage' });
  t.match(await refused([works.recording, '--out', '/nonexistent/r.html']), { fault: 'environment' });
});

t.test('what does not fit is counted by reason and told, and nothing of it is shown', async (t) => {
  const lines = [...works.lines];
  const signal = lines.findIndex((line) => line.includes('"released"'));
  const put = (line: string) => lines.splice(signal, 0, `${line}\n`);
  put(lines[signal]!.trim().replace('signal/1', 'signal/7'));
  put(lines[signal + 1]!.trim().replace('/press-shop/', '/elsewhere/'));
  put('{"at":"2026-09-01T00:00:00Z","topic":"a/b","unfit":"not-json"}');
  put('key,value,of,something');
  put(lines[signal + 4]!.trim().replace('"surprise":', '"surprise":"Bob","more":'));
  const cut = works.write('mixed.jsonl', `${lines.join('')}${lines[1]!.slice(0, 80)}`);
  const { err, out } = await reported([cut]);
  for (const [times, why] of [
    [1, 'other-version'],
    [1, 'wrong-topic'],
    [2, 'not-json'],
    [1, 'wrong-fields'],
    [1, 'cut-off'],
  ] as const)
    t.match(err, new RegExp(`mixed.jsonl: ${times} of its lines not used: ${why} `));
  t.match(out, /1× message of another version/);
  t.notMatch(out, /Bob/);
});

t.test('a field of a newer version is left out and told', async (t) => {
  const text = works.lines.join('').replaceAll('"state":"released"', '"state":"released","person":"Bob"');
  const { err, out } = await reported([works.write('fields.jsonl', text)]);
  t.match(err, /messages have fields of a newer version/);
  t.match(out, /had fields of a newer version, which were left out/);
  t.notMatch(out, /Bob/);
});

t.test('signals that the node gave up are an incident, once, as it was told last', async (t) => {
  const root = 'acme/leipzig/micron-edge/press-shop';
  const gap = (count: number, to: string) =>
    `${JSON.stringify({
      at: '2026-09-03T23:00:00.000Z',
      topic: `${root}/zone/presses/gap`,
      payload: {
        ...{ schema: 'micron-edge/gap/1', node: 'press-shop', zone: 'presses', reason: 'age', count },
        id: '5b8f3c1a-5c0e-4b7e-8f0a-2f4d9b6f7a21',
        from: '2026-09-03T06:00:00.000Z',
        to,
      },
    })}\n`;
  const text = `${works.lines.join('')}${gap(4, '2026-09-03T07:00:00.000Z')}${gap(8, '2026-09-03T08:00:00.000Z')}`;
  const { out, err } = await reported([works.write('gap.jsonl', text)]);
  t.equal(err, '');
  t.match(out, /given up by the node \(number, zone, reason\): 8 presses age/);
  t.notMatch(out, /: 4 presses age/);
  t.match(out, /gap 1×/);
});

t.test(
  'windows that were withheld because something was amiss, and lowered rates, are incidents',
  async (t) => {
    const root = 'acme/leipzig/micron-edge/press-shop';
    const signals = works.lines
      .map((line) => JSON.parse(line))
      .filter(({ topic }) => topic.endsWith('/signal'));
    const of = signals.filter(({ payload }) => payload.zone === signals[0].payload.zone);
    const amiss = (n: number, reason: string) => {
      const { slots: _, noise: __, regions: ___, ...rest } = of[n].payload;
      return { ...of[n], payload: { ...rest, state: 'withheld', reason } };
    };
    const told = new Map([
      [2, amiss(2, 'budget')],
      [3, amiss(3, 'budget')],
      [6, amiss(6, 'total')],
      [8, amiss(8, 'ledger')],
    ]);
    const health = (minute: number, rate: object) => ({
      at: `2026-09-03T06:0${minute}:00.000Z`,
      topic: `${root}/health`,
      payload: {
        ...{ schema: 'micron-edge/health/1', node: 'press-shop', at: `2026-09-03T06:0${minute}:00.000Z` },
        ...{ uptimeS: 60 * minute, memoryMb: 256, capture: { state: 'watching' } },
        broker: { reconnects: 0, waiting: 0, discarded: 0 },
        cameras: [{ id: 'cam', state: 'streaming', fps: 25, reconnects: 0, restarts: 0, poor: [], ...rate }],
      },
    });
    const slow = { rate: { wanted: 25, lowest: 15, shedding: 'thermal' } };
    const lines = [
      ...of.map((line, n) => told.get(n) ?? line),
      // Late, and again: it is not withheld anew.
      told.get(2),
      ...[health(0, {}), health(1, slow), health(2, slow), health(3, {})],
    ];
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const { out } = await reported([works.write('amiss.jsonl', text)]);
    t.match(out, /windows withheld 2×/);
    t.match(out, /Windows withheld \(zone, reason\): \w+ budget/);
    t.match(out, /Windows withheld \(zone, reason\): \w+ ledger/);
    t.match(out, /rate lowered 1× \(2 min/);
    t.match(out, /Camera cam: looked at less often than it sends, the box was too hot/);
  },
);
