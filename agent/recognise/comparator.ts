import { LABELS } from '../domain/signal.ts';
import type { Comparison, Pair } from '../domain/tokens.ts';
import { Tensor } from '../inference/runtime.ts';
import type { Graph } from '../inference/session.ts';

/** A bound on the memory of one run; comparisons are cheap, so several runs cost little more than one. */
const MOST_PAIRS = 16;

/**
 * Micron-BERT's comparator: `onset` and `apex` float32 [pairs, count, dim] in; `spot` [pairs], `logits` [pairs, 4] and
 * `poi` [pairs, side, side] out.
 */
export function createComparator(graph: Graph, shape: { readonly tokenCount: number; readonly dim: number }) {
  const values = shape.tokenCount * shape.dim;

  const runOnce = async (pairs: readonly Pair[]): Promise<Comparison[]> => {
    const dims = [pairs.length, shape.tokenCount, shape.dim];
    const onset = new Float32Array(pairs.length * values);
    const apex = new Float32Array(pairs.length * values);
    pairs.forEach((pair, i) => {
      onset.set(pair.onset.tokens, i * values);
      apex.set(pair.apex.tokens, i * values);
    });
    const out = await graph.run({
      onset: new Tensor('float32', onset, dims),
      apex: new Tensor('float32', apex, dims),
    });
    onset.fill(0);
    apex.fill(0);
    const spot = out.spot!.data as Float32Array;
    const logits = out.logits!.data as Float32Array;
    const poi = out.poi!.data as Float32Array;
    const cells = poi.length / pairs.length;
    return pairs.map((_, i) => ({
      spot: spot[i]!,
      logits: logits.slice(i * LABELS.length, (i + 1) * LABELS.length),
      poi: poi.slice(i * cells, (i + 1) * cells),
    }));
  };

  return async (pairs: readonly Pair[]): Promise<Comparison[]> => {
    const results: Comparison[] = [];
    for (let from = 0; from < pairs.length; from += MOST_PAIRS) {
      results.push(...(await runOnce(pairs.slice(from, from + MOST_PAIRS))));
    }
    return results;
  };
}
