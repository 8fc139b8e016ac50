import type { RandomBytes } from '../../agent/aggregate/discrete-laplace.ts';
import type { Ledger } from '../../agent/aggregate/ledger.ts';
import { type ReleaseRules, release } from '../../agent/aggregate/release.ts';
import type { Counts } from '../../agent/aggregate/window.ts';
import { NO_REGIONS } from '../support/regions.ts';

/** A ledger with a budget without end that keeps nothing: what is tried out is the noise and the gate. */
const boundless = { has: () => false, spent: () => 0, append: async () => 1 } as unknown as Ledger;

/** What the real release step makes of true counts: the noised ones, or undefined when they are withheld. */
export async function released(
  counts: Counts,
  rules: ReleaseRules,
  random: RandomBytes,
): Promise<Readonly<Counts> | undefined> {
  const closed = { zoneId: 'zone', window: { startMs: 0, endMs: 1 }, counts, regions: NO_REGIONS };
  const seal = () => ({ payload: '' });
  const out = await release(closed, { headCount: 10_000, watched: true }, rules, boundless, seal, random);
  return out?.aggregate.state === 'released' ? out.aggregate.counts : undefined;
}
