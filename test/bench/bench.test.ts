import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { looksOf } from './cost/daemon.ts';
import { type Figure, ROWS } from './cost/figure.ts';
import { matched } from './cost/latency.ts';
import { runsSince } from './cost/networks.ts';
import { quantile, spread } from './cost/spread.ts';
import { table } from './cost/table.ts';

t.test('it runs, and every row has its figures, in the table and as JSON', async (t) => {
  const json = join(t.testdir(), 'bench.json');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(ROOT, 'dist/test/bench/bench.js'), '--quick', '--json', json],
    { env: { ...process.env, NODE_OPTIONS: '' }, maxBuffer: 1 << 24 },
  );
  const { schema, quick, machine, figures } = JSON.parse(readFileSync(json, 'utf8'));
  t.equal(schema, 'micron-edge/bench/1');
  t.equal(quick, true);
  t.match(machine, {
    cpu: String,
    cores: Number,
    node: process.version,
    onnxruntime: String,
    ffmpeg: String,
  });
  for (const row of ROWS) {
    t.ok(
      (figures as Figure[]).some((figure) => figure.row === row && (figure.value !== null || figure.skipped)),
      row,
    );
    t.ok(stdout.includes(`| ${row} `), `${row} is in the table`);
  }
  const measured = (name: string) =>
    (figures as Figure[]).some(
      ({ case: each, value }) => each.startsWith(name) && value !== null && value >= 0,
    );
  for (const stage of ['decode', 'detect', 'track', 'redact', 'align', 'encode', 'release'])
    t.ok(measured(`${stage}, per`), stage);
});

t.test('quartiles and medians', async (t) => {
  t.equal(quantile([4, 1, 3, 2], 0.5), 2.5);
  t.equal(quantile([7], 0.99), 7);
  t.same(spread([5, 1, 2, 4, 3]), { value: 3, quartiles: [2, 4] });
  t.same(spread([1, 2]), { value: 1.5 });
  t.throws(() => quantile([], 0.5), RangeError);
});

t.test('which pictures were looked at is known by the coarse look', async (t) => {
  const run = (runs: number) => ({ runs, cpuMs: 0 });
  const before = { 'detector 1x3x96x128': run(3) };
  const after = {
    'detector 1x3x96x128': run(10),
    'detector 1x3x128x128': run(30),
    'encoder 3x112x112x3': run(7),
  };
  const runs = runsSince(before, after);
  t.same(
    [...runs],
    [
      ['detector 1x3x96x128', 7],
      ['detector 1x3x128x128', 30],
      ['encoder 3x112x112x3', 7],
    ],
  );
  t.equal(looksOf(runs), 7);
});

t.test('pictures are known by the times between them, also when some are missing', async (t) => {
  const sent = [0, 41, 85, 122, 160, 203, 240].map((mediaMs) => ({ mediaMs, atMs: 1_000 + mediaMs }));
  const passage = (ptsMs: number) => ({ ptsMs, arrivedMs: 0, doneMs: 0 });
  // The first is lost, the clock begins elsewhere, and one is dropped.
  const seen = [1, 2, 4, 5].map((i) => passage(sent[i]!.mediaMs - 41 + 7));
  t.same(
    matched(sent, seen).map(([{ mediaMs }]) => mediaMs),
    [41, 85, 160, 203],
  );
  t.throws(() => matched(sent, [passage(0), passage(3)]), /never sent/);
});

t.test('cases with the same metrics share a block; what was skipped says why', async (t) => {
  const figure = (
    name: string,
    metric: string,
    value: number | null,
    more: Partial<Figure> = {},
  ): Figure => ({
    ...{ row: 'stages', case: name, metric, value, unit: metric === 'CPU' ? 'ms' : '' },
    ...more,
  });
  t.equal(
    table([
      figure('one', 'CPU', 1.234, { quartiles: [1, 2.5] }),
      figure('two', 'CPU', 123.4),
      figure('three', 'ratio', null, { skipped: 'not here' }),
    ]),
    [
      '| stages |       CPU, ms |',
      '| ------ | ------------: |',
      '| one    | 1.23 (1-2.50) |',
      '| two    |           123 |',
      '',
      '| stages |   ratio |',
      '| ------ | ------: |',
      '| three  | skipped |',
      '',
      'skipped: stages, three: not here',
    ].join('\n'),
  );
});
