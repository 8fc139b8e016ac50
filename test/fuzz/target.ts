import type { Test } from 'tap';
import { OperatorError } from '../../agent/domain/errors.ts';
import { seeded } from '../support/random.ts';
import { mutated, type Random } from './mutate.ts';

/** The long form: `npm run test:fuzz`. */
export const IS_LONG = process.env.MICRON_EDGE_FUZZ === 'long';
export const SEED = Number(process.env.SEED ?? 20261125);
/** No single input may take longer. One that does is taken again: what hangs, hangs then too, and a busy machine does not. */
const MOST_MS = 5_000;
const TRIES = 3;

export interface Target {
  /** How many inputs in the short and in the long form. */
  readonly inputs: { readonly short: number; readonly long: number };
  /** What is right, to be made wrong. */
  readonly examples: readonly Buffer[];
  /** May throw an `OperatorError`; anything else is a defect. */
  take(input: Buffer, random: Random): unknown;
}

/** Runs a target and says how it went: each input ends soon, and either works or is refused in words for operators. */
export async function fuzz(t: Test, target: Target): Promise<void> {
  const random = seeded(SEED);
  const wanted = target.inputs[IS_LONG ? 'long' : 'short'];
  let refused = 0;
  let slowestMs = 0;
  const said = new Set<string>();
  for (let i = 0; i < wanted; i++) {
    const input = mutated(random, target.examples);
    let fastestMs = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < TRIES && fastestMs >= MOST_MS; tries++) {
      const startedMs = performance.now();
      try {
        await target.take(input, random);
      } catch (error) {
        if (!(error instanceof OperatorError)) {
          t.fail(`input ${i} of seed ${SEED}: ${error}`, {
            input: input.toString('base64').slice(0, 20_000),
          });
          throw error;
        }
        if (tries === 0) refused++;
        said.add(error.code);
      }
      fastestMs = Math.min(fastestMs, performance.now() - startedMs);
    }
    slowestMs = Math.max(slowestMs, fastestMs);
  }
  t.ok(slowestMs < MOST_MS, `the slowest took ${Math.round(slowestMs)} ms`);
  t.ok(refused < wanted, 'some pass');
  t.comment(
    `${wanted} inputs, seed ${SEED}: ${refused} refused (${[...said].sort().join(', ')}), slowest ${Math.round(slowestMs)} ms`,
  );
}
