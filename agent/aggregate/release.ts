import { asReleased, type ReleasedAggregate, type WithheldReason } from '../domain/aggregate.ts';
import { LABELS } from '../domain/signal.ts';
import { discreteLaplace, interval95, type RandomBytes, rate } from './discrete-laplace.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import type { ClosedWindow, Counts } from './window.ts';

export interface ReleaseRules {
  readonly minHeadCount: number;
  readonly noise: 'discrete-laplace' | 'none';
  readonly slotsPerTrack: number;
  readonly assumedTracksPerPerson: number;
  readonly epsilonPerWindow: number;
  readonly epsilonPerDay: number;
}

/**
 * The one way out: a closed window becomes a `ReleasedAggregate`, or is withheld with a reason that depends on
 * configuration, ledger and noised numbers only, never on a true count.
 *
 * @param headCount people who regularly work in the zone, as declared
 */
export async function release(
  closed: ClosedWindow,
  headCount: number,
  rules: ReleaseRules,
  ledger: Ledger,
  nowMs: number,
  random?: RandomBytes,
): Promise<ReleasedAggregate> {
  const { zoneId, window } = closed;
  const withhold = (reason: WithheldReason) => asReleased({ zoneId, window, state: 'withheld', reason });
  if (headCount < rules.minHeadCount) return withhold('headcount');

  const epsilon = rules.noise === 'none' ? 0 : rules.epsilonPerWindow;
  let entry = ledger.find(zoneId, window.startMs);
  if (entry === undefined) {
    // The tolerance takes the rounding of a day's sum.
    if (ledger.spent(zoneId, nowMs) + epsilon > rules.epsilonPerDay + 1e-9) return withhold('budget');
    entry = draw(closed, rules, epsilon, nowMs, random);
    try {
      await ledger.append(entry);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      return withhold('ledger');
    }
  }
  const total = LABELS.reduce((sum, label) => sum + entry.counts[label], 0);
  // Its noise is drawn and paid for all the same: withholding for free would tell something about the true count.
  if (total < rules.minHeadCount) return withhold('total');
  const noise =
    rules.noise === 'none'
      ? { mechanism: 'none' as const, interval95: 0 }
      : {
          mechanism: 'discrete-laplace' as const,
          epsilon,
          interval95: interval95(epsilon, sensitivityOf(rules)),
        };
  return asReleased({ zoneId, window, state: 'released', counts: entry.counts, noise });
}

/** C: most slots that one person is assumed to add to one window. Each slot is in one bin, so it bounds the L1 distance. */
const sensitivityOf = (rules: ReleaseRules): number => rules.slotsPerTrack * rules.assumedTracksPerPerson;

function draw(
  { zoneId, window, counts }: ClosedWindow,
  rules: ReleaseRules,
  epsilon: number,
  atMs: number,
  random?: RandomBytes,
): LedgerEntry {
  const noised = { ...counts } as Counts;
  if (rules.noise !== 'none') {
    const { s, t } = rate(epsilon, sensitivityOf(rules));
    for (const label of LABELS) noised[label] += discreteLaplace(s, t, random);
  }
  return { zone: zoneId, ...window, epsilon, atMs: Math.floor(atMs), counts: noised };
}
