import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { privacy } from '../../agent/cli/privacy.ts';
import { ROOT } from '../../agent/installation.ts';
import { chartOf } from '../../agent/privacy/plan/chart.ts';
import { planFor } from '../../agent/privacy/plan/plan.ts';
import { terminalPlot } from '../../agent/privacy/plan/terminal-plot.ts';
import { duration, figure, oddsFactor } from '../../agent/privacy/plan/units.ts';
import { configOf, errorOf, written } from '../config/written.ts';
import { FULL, REGIONS_ON } from './plant.ts';

async function run(args: readonly string[], config = FULL) {
  await using place = await written({ 'c.yaml': config });
  let out = '';
  let err = '';
  const [action, ...rest] = args.map((arg) => arg.replace('FOLDER', place.folder));
  const code = await privacy([action!, join(place.folder, 'c.yaml'), ...rest], {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  const read = (name: string) => readFile(join(place.folder, name));
  const made = Object.fromEntries(
    await Promise.all(
      rest
        .filter((arg) => arg.startsWith(place.folder))
        .map(async (path) => [
          path.slice(place.folder.length + 1),
          await read(path.slice(place.folder.length + 1)),
        ]),
    ),
  ) as Record<string, Buffer>;
  return { code, out, err, made };
}

t.test('plan: every zone, in words and as JSON', async (t) => {
  const { code, out } = await run(['plan', '--json']);
  t.equal(code, 0);
  const plan = JSON.parse(out);
  t.same(
    plan.zones.map(({ zone, headCount, tooSmall }: Record<string, unknown>) => [zone, headCount, tooSmall]),
    [
      ['press-2', 9, false],
      ['tiny', 3, true],
      ['assembly', 14, false],
    ],
  );
  t.match(plan, {
    bound: { slotsPerPerson: 12 },
    budget: { windowsPer24h: 32 },
    zones: [{ slots: { expected: 27, most: 108 }, error: { slots: 72 } }],
  });
  const text = (await run(['plan', '--zone', 'tiny', '--zone', 'assembly'])).out;
  t.match(text, /^tiny .*never told/m);
  t.match(text, /^assembly +14 +42 +168 +72 = 171 %/m);
  t.notMatch(text, /^press-2 /m);
  t.match(text, /epsilon/);
});

t.test('plan: what regions of the face cost, and what they are worth', async (t) => {
  const config = FULL.replace(...REGIONS_ON);
  const plan = JSON.parse((await run(['plan', '--json', '--share', '10'], config)).out);
  t.match(plan, { regions: { interval95: 144 }, budget: { windowsPer24h: 21 } });
  const { zone, regions } = plan.zones[2];
  t.equal(zone, 'assembly');
  // 42 slots, three labels of 10 % each; the noise of n messages is about 1.96 sqrt(2 n) C / epsilon.
  t.ok(Math.abs(regions.events - 12.6) < 1e-9);
  const roughly = (2 * (1.96 * 48) ** 2) / (regions.events / 4) ** 2;
  t.ok(Math.abs(regions.windows / roughly - 1) < 0.02, `${regions.windows} messages, about ${roughly}`);
  t.equal(plan.zones[1].regions, undefined, 'never told');
  const text = (await run(['plan', '--share', '10'], config)).out;
  t.match(text, /WHERE ON THE FACE/);
  t.match(
    text.replaceAll(/\s+/g, ' '),
    /epsilon 0\.25 on top of 0\.5.*Each message of a zone spends 0\.75 of the 16/,
  );
  t.notMatch((await run(['plan'])).out, /WHERE ON THE FACE/);
});

t.test('plan: pictures', async (t) => {
  const { made, err } = await run([
    'plan',
    '--zone',
    'assembly',
    '--svg',
    'FOLDER/p.svg',
    '--png',
    'FOLDER/p.png',
  ]);
  t.match(err, /Written: .*p\.svg\nWritten: .*p\.png/);
  const svg = String(made['p.svg']);
  t.match(svg, /^<svg [^>]*>[\s\S]*assembly[\s\S]*<\/svg>\n$/);
  t.notMatch(svg, /NaN|undefined|Infinity/);
  t.same([...made['p.png']!.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], 'PNG');
  t.equal(made['p.png']!.readUInt32BE(16), 1800, 'twice its size');
});

t.test('the plot keeps to the width of the terminal, and to plain characters', async (t) => {
  const plan = planFor(await configOf(FULL), { rise: { from: 0.05, to: 0.15 } }, ['assembly']);
  for (const width of [60, 80, 200]) {
    const text = terminalPlot(chartOf(plan)!, width);
    const field = text.split('\n').filter((line) => /[|+]/.test(line[6] ?? ''));
    t.ok(field.length > 10 && field.every((line) => line.length < Math.max(60, width)), `${width}`);
    t.match(text, /^[\x20-\x7e\n]*$/);
    t.match(text, /\^/);
  }
});

t.test('the questions decide', async (t) => {
  const seen = async (args: string[]) =>
    JSON.parse((await run(['plan', '--json', '--zone', 'assembly', ...args])).out).zones[0];
  const usual = await seen([]);
  t.ok((await seen(['--rise', '40'])).alone.windows < usual.alone.windows);
  t.ok((await seen(['--slots', '8'])).alone.windows < usual.alone.windows);
  t.ok((await seen(['--share', '0'])).seenInOne !== usual.seenInOne);
});

t.test('what cannot be done is said with exit code 2', async (t) => {
  for (const args of [
    ['plan', '--zone', 'elsewhere'],
    ['plan', '--rise', '0'],
    ['plan', '--rise', '96'],
    ['plan', '--share', 'many'],
    ['plan', '--slots', '13'],
    ['plan', 'another.yaml'],
    ['notice', '--lang', 'fr'],
    ['notice', '--lang', 'constructor'],
    ['notice', '--format', 'pdf'],
  ]) {
    const error = await errorOf(run(args));
    t.same([error.fault, error.code], ['config', 'usage'], `${args.join(' ')}: ${error.message}`);
    t.match(error.remedy, /^micron-edge privacy /);
  }
  const { code, err } = await run(['poem']);
  t.equal(code, 2);
  t.match(err, /plan \[CONFIG\][\s\S]*notice\|datasheet\|dpia/);
  const demo = await readFile(join(ROOT, 'config/demo.yaml'), 'utf8');
  t.equal((await errorOf(run(['plan', '--svg', 'FOLDER/p.svg'], demo))).code, 'nothing-to-draw');
});

t.test('papers: to the terminal and into files', async (t) => {
  const shown = await run(['notice', '--lang', 'ja']);
  t.equal(shown.code, 0);
  t.match(shown.out, /^# 表情解析システム稼働中\n/);
  const { made, out } = await run(['dpia', '--out', 'FOLDER/dpia.html']);
  t.equal(out, '');
  t.match(String(made['dpia.html']), /^<!DOCTYPE html>\n<html lang="en">/);
  t.match(String((await run(['datasheet', '--out', 'FOLDER/d.txt'])).made['d.txt']), /^# Data sheet/);
  t.match((await run(['datasheet', '--format', 'html'])).out, /^<!DOCTYPE html>/);
  t.same((await errorOf(run(['notice', '--out', '/nowhere/x.md']))).code, 'file-unwritable');
});

t.test('figures, durations, factors', async (t) => {
  t.same([0, 0.00123, 0.35, 2.74, 36.4, 432, 12_345].map(figure), [
    '0',
    '0.0012',
    '0.35',
    '2.7',
    '36',
    '432',
    '12 345',
  ]);
  t.same(
    [15, 60, 90, 900, 3600, 5400, 86_400, 1_209_600].map((s) => duration(s * 1000)),
    ['15 seconds', '1 minute', '90 seconds', '15 minutes', '1 hour', '90 minutes', '1 day', '2 weeks'],
  );
  t.same([0.083, 1, 3, 10, 32].map(oddsFactor), ['1.09', '2.7', '20', '22 026', '10^13']);
});
