import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { plant, reported } from './scene.ts';
import { PLANT } from './works.ts';

const folder = t.testdir();
const works = await plant(folder);
const text = (html: string) =>
  html
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

t.test(
  'nine weeks by the real release step: the change is found, and the one that is none is not',
  async (t) => {
    const { code, err } = await reported([
      ...[works.recording, '--config', works.config],
      ...['--out', works.path('report.html'), '--csv', works.path('tables')],
    ]);
    t.equal(code, 0);
    t.equal(
      err
        .split('\n')
        .filter((line) => !line.startsWith('Written: '))
        .join(''),
      '',
      'nothing to complain of',
    );
    const [guard, lamps] = works.rows('tables', 'kpi.csv');
    t.match(guard, {
      id: 'guard',
      verdict: 'reached',
      defined: 'before-baseline',
      defined_clock: 'recorder',
    });
    t.ok(Number(guard!.low95) <= -0.06 && Number(guard!.high95) >= -0.06, 'its interval has the true change');
    t.ok(
      Number(lamps!.p) > 0.05 && ['absent', 'undecided'].includes(lamps!.verdict!),
      'the lamps did nothing',
    );
    t.equal(guard!.days_before, '20');

    const days = works.rows('tables', 'days.csv').filter(({ zone }) => zone === 'store');
    t.equal(days.length, 64);
    const sum = (column: string) => days.reduce((all, row) => all + Number(row[column]), 0);
    t.equal(sum('expected'), 64 * 96);
    t.equal(sum('missing'), 0);
    t.equal(sum('withheld_capture'), 64 * 96 - 46 * 32);
    t.equal(sum('released') + sum('withheld_total'), 46 * 32);
    t.equal(
      Math.max(...days.map(({ epsilon }) => Number(epsilon))),
      32,
      'withheld by the total has paid too',
    );

    const html = readFileSync(works.path('report.html'), 'utf8');
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)![1]!;
    const hash = createHash('sha256').update(style).digest('base64');
    t.match(html, `default-src 'none'; style-src 'sha256-${hash}'`);
    t.notMatch(html, /<script|<link|<img|style="|https?:\/\/|javascript:/, 'nothing else is loaded or run');
    t.match(html, 'Presses &lt;1 &amp; 2&gt;');
    t.notMatch(html, 'Presses <1');
    t.match(text(html), /SYNTHETIC/);
    t.match(text(html), /Released counts are too high on average/);
    t.match(text(html), /store: 3\d\.\d.% of the windows were withheld by their total/);
    t.match(text(html), /Camera front: unreachable/);
    t.match(text(html), /Starts of the daemon: 9/);
    t.match(text(html), /faces turned away: 9 of/);
  },
);

t.test('in Japanese every word is Japanese, but for names', async (t) => {
  const { out } = await reported([works.recording, '--config', works.config, '--lang', 'ja']);
  t.match(out, '<html lang="ja">');
  const rest = text(out)
    .replaceAll(
      /acme\S*|plant\.jsonl|press-shop|micron-edge|store|Assembly|assembly|front|back|unreachable/g,
      '',
    )
    .replaceAll(/Fewer negative[\w ]*|More positive[\w ]*|Presses &lt;1 &amp; 2&gt;/g, '')
    .replaceAll(/Cochran|DerSimonian|Laird|Holm|UTC|[0-9a-f]{16}/g, '');
  t.same(rest.match(/[A-Za-z]{4,}/g), null);
});

t.test('each message counts once, whoever wrote it down and how often', async (t) => {
  const lines = works.lines.slice(0, 3000);
  const once = works.write('once.jsonl', lines.join(''));
  const parsed = lines.map((line) => JSON.parse(line) as { at: string; topic: string; payload: object });
  const tst = (at: string) => at.replace('Z', '123Z+0000');
  const shapes = {
    'J.log': parsed.map(({ at, topic, payload }) =>
      JSON.stringify({ tst: tst(at), topic, qos: 1, retain: 0, payloadlen: 9, payload }),
    ),
    'j.log': parsed.map(({ at, topic, payload }) =>
      JSON.stringify({ tst: tst(at), topic, qos: 1, retain: 0, payload: JSON.stringify(payload) }),
    ),
    'v.txt': parsed.map(({ topic, payload }) => `${topic} ${JSON.stringify(payload)}`),
    'I.txt': parsed.map(
      ({ at, topic, payload }) => `${at.replace(/\..*/, '+0000')} ${topic} ${JSON.stringify(payload)}`,
    ),
  };
  const files = Object.entries(shapes).map(([name, all]) => works.write(name, `${all.join('\r\n')}\n`));
  await reported([once, '--csv', works.path('once')]);
  const wanted = works.rows('once', 'shares.csv');
  for (const file of files) {
    await reported([file, '--csv', works.path('other')]);
    t.same(works.rows('other', 'shares.csv'), wanted, file.replace(/.*\//, ''));
  }
  const { out } = await reported([
    once,
    ...files,
    '--csv',
    works.path('all'),
    '--out',
    works.path('all.html'),
  ]);
  t.equal(out, '');
  t.same(works.rows('all', 'shares.csv'), wanted, 'all together');
  t.match(readFileSync(works.path('all.html'), 'utf8'), /messages came more than once and counted once/);
  t.test('also packed, and in a folder', async (t) => {
    const packed = works.path('packed.jsonl.gz');
    works.write('packed.jsonl.gz', '');
    const { writeFileSync, mkdirSync, renameSync } = await import('node:fs');
    mkdirSync(works.path('days'));
    writeFileSync(packed, gzipSync(lines.join('')));
    renameSync(packed, works.path('days/packed.jsonl.gz'));
    await reported([works.path('days'), '--csv', works.path('packed')]);
    t.same(works.rows('packed', 'shares.csv'), wanted);
  });
});

t.test('a window that comes again with other numbers is told', async (t) => {
  const first = works.lines.findIndex((line) => line.includes('"released"'));
  const changed = works.lines[first]!.replace(/"none":(-?\d+)/, (_, n) => `"none":${Number(n) + 1}`);
  const file = works.write('twice.jsonl', [...works.lines.slice(0, 2000), changed].join(''));
  const { out } = await reported([file]);
  t.match(text(out), /1 window came again with other content; the first one counts/);
});

t.test('a definition that was written late, changed or never announced says so', async (t) => {
  const verdict = async (recording: string, config = works.config) => {
    await reported([recording, '--config', config, '--csv', works.path('v'), '--out', works.path('v.html')]);
    return { row: works.rows('v', 'kpi.csv')[0]!, html: text(readFileSync(works.path('v.html'), 'utf8')) };
  };
  const [status, ...others] = works.lines as [string, ...string[]];
  const at = (when: string) => status.replaceAll('2026-09-01T00:00:00.000Z', when);
  const late = await verdict(works.write('late.jsonl', [...others, at('2026-10-20T08:00:00.000Z')].join('')));
  t.equal(late.row.defined, 'after-change');
  t.match(late.html, /AFTER the change. It was not defined in advance/);
  const own = status.replace('"at":"2026-09-01', '"at":"2026-10-20');
  t.match((await verdict(works.write('own.jsonl', [own, ...others].join('')))).row, {
    defined: 'before-baseline',
    defined_clock: 'node',
  });
  const edited = works.write('edited.yaml', PLANT.replace('smallestChange: 3', 'smallestChange: 1'));
  const other = await verdict(works.recording, edited);
  t.equal(other.row.defined, 'never');
  t.match(other.html, /NOT shown/);
  const hash = /"kpi":"([0-9a-f]{64})"/.exec(status)![1]!;
  const swapped = at('2026-10-10T08:00:00.000Z').replace(hash, 'b'.repeat(64));
  const changed = await verdict(works.write('changed.jsonl', [...works.lines, swapped].join('')));
  t.match(changed.html, /OTHER definitions: bbbbbbbbbbbbbbbb/);
});

t.test(
  'no verdict before the end, none across another model, and one line each for what lacks',
  async (t) => {
    const verdicts = async (recording: string) => {
      await reported([recording, '--config', works.config, '--csv', works.path('w')]);
      return works.rows('w', 'kpi.csv').map(({ verdict }) => verdict);
    };
    const until = (day: string) => works.lines.filter((line) => line.slice(7, 17) < day).join('');
    t.same(await verdicts(works.write('half.jsonl', until('2026-10-20'))), ['running', 'running']);
    t.same(await verdicts(works.write('early.jsonl', until('2026-09-20'))), ['running', 'running']);
    const model = works.lines.map((line) =>
      line.slice(7, 17) < '2026-10-10' ? line : line.replaceAll('a'.repeat(64), 'c'.repeat(64)),
    );
    t.same(await verdicts(works.write('model.jsonl', model.join(''))), ['not-comparable', 'not-comparable']);
  },
);

t.test('several sites side by side, each with its own configuration', async (t) => {
  const inner = t.testdir();
  const other = PLANT.replace('id: press-shop', 'id: paint-shop').replace('acme/leipzig', 'acme/osaka');
  const second = await plant(inner, { days: 16, seed: 8, from: '2026-09-10' }, other);
  const { out, err } = await reported([
    ...[works.recording, second.recording, '--config', works.config, '--config', second.config],
  ]);
  t.equal(err, '');
  t.match(text(out), /acme\/leipzig\/micron-edge\/press-shop .* acme\/osaka\/micron-edge\/paint-shop/);
  t.match(out, /<th scope="row">acme\/osaka\/micron-edge\/paint-shop<\/th>/);
  const lonely = await reported([second.recording, '--config', works.config]);
  t.match(lonely.err, /Of acme\/leipzig\/micron-edge\/press-shop nothing was recorded/);
});
