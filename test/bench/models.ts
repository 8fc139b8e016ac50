/**
 * `npm run bench:models [FOLDER ...]`: milliseconds of one encoder run and of one comparator run, for every precision of
 * each model folder, through ONNX Runtime on the CPU with one thread. Without folders: both sizes, untrained, exported
 * on the spot, which takes a Python with PyTorch and two minutes.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { createSession, type Graph } from '../../agent/inference/session.ts';
import { PRECISIONS } from '../../agent/models/manifest.ts';
import { comparatorOffer, encoderOffers, requirePrecision } from '../../agent/models/precision.ts';
import { loadModelOf } from '../../agent/models/verify.ts';
import { python, pythonsWith } from '../support/python.ts';

const CPU = { provider: 'cpu', threads: 1 } as const;
/** Each graph is run for about so long, in turns with the others, so that a busy moment hits all alike. */
const BUDGET_MS = 6_000;
const MOST_RUNS = 200;

interface Timed {
  readonly name: string;
  readonly graph: Graph;
  readonly feeds: Record<string, Tensor>;
  readonly tookMs: number[];
}

async function once({ graph, feeds, tookMs }: Timed): Promise<number> {
  const from = performance.now();
  await graph.run(feeds);
  tookMs.push(performance.now() - from);
  return tookMs.at(-1)!;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

async function timeAll(graphs: readonly Timed[]): Promise<void> {
  for (const graph of graphs) {
    await once(graph);
    graph.tookMs.length = 0;
  }
  const slowestMs = Math.max(...(await Promise.all(graphs.map(once))));
  const runs = Math.min(MOST_RUNS, Math.max(5, Math.round(BUDGET_MS / slowestMs)));
  for (let i = 0; i < runs; i++) for (const graph of graphs) await once(graph);
}

async function timed(folder: string): Promise<string[]> {
  const model = await loadModelOf('micron-bert', folder);
  const { name, input, tokens, files } = model.manifest;
  const crop = new Uint8Array(input.widthPx * input.heightPx * 3).map((_, i) => (i * 31) % 251);
  const crops = new Tensor('uint8', crop, [1, input.heightPx, input.widthPx, 3]);
  const encoders: Timed[] = [];
  const comparators: Timed[] = [];
  for (const precision of PRECISIONS) {
    try {
      requirePrecision(model.manifest, precision);
    } catch {
      continue;
    }
    const encoder = await createSession(encoderOffers(model, precision), CPU);
    encoders.push({ name: precision, graph: encoder, feeds: { crops }, tookMs: [] });
    const values = (await encoder.run({ crops })).tokens!.data as Float32Array;
    const side = new Tensor('float32', values, [1, tokens.count, tokens.dim]);
    const comparator = await createSession(comparatorOffer(model, precision), CPU);
    comparators.push({ name: precision, graph: comparator, feeds: { onset: side, apex: side }, tookMs: [] });
  }
  await timeAll(encoders);
  await timeAll(comparators);
  const whole = median(encoders[0]!.tookMs);
  return encoders.map(({ name: precision, tookMs }, i) => {
    const role = { fp32: 'encoder', fp16: 'encoderFp16', int8: 'encoderInt8' } as const;
    const megabytes = files[role[precision as keyof typeof role]]!.bytes / 1e6;
    return [
      i === 0 ? name : '',
      precision,
      median(tookMs).toFixed(2),
      Math.min(...tookMs).toFixed(2),
      (median(tookMs) / whole).toFixed(2),
      median(comparators[i]!.tookMs).toFixed(2),
      megabytes.toFixed(1),
    ]
      .map((cell, column) => (column < 2 ? cell.padEnd(20 - 12 * column) : cell.padStart(10)))
      .join(' ');
  });
}

const given = process.argv.slice(2);
const made = await mkdtemp(join(tmpdir(), 'micron-edge-bench-'));
try {
  const [command] = given.length > 0 ? [] : await pythonsWith('torch', 'onnx');
  if (given.length === 0 && command === undefined)
    throw new Error('no Python here has torch and onnx; name model folders instead');
  const folders = given.length > 0 ? given : ['edge', 'paper'].map((size) => join(made, size));
  const heads = ['encoder ms', 'least', 'ratio', 'comparator', 'MB']
    .map((head) => head.padStart(10))
    .join(' ');
  process.stdout.write(`${'model'.padEnd(20)} ${''.padEnd(8)} ${heads}\n`);
  for (const [i, folder] of folders.entries()) {
    if (given.length === 0)
      await python(command!, [
        '-m',
        'micron_bert',
        'export',
        '--size',
        i === 0 ? 'edge' : 'paper',
        '--out',
        folder,
      ]);
    for (const line of await timed(folder)) process.stdout.write(`${line}\n`);
  }
} finally {
  await rm(made, { recursive: true });
}
