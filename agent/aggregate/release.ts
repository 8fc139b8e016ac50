import { asReleased, type ReleasedAggregate, type WithheldReason } from '../domain/aggregate.ts';
import { LABELS } from '../domain/signal.ts';
import { discreteLaplace, interval95, type RandomBytes, rate } from './discrete-laplace.ts';
import type { Ledger } from './ledger.ts';
import type { ClosedWindow, Counts } from './window.ts';

export interface ReleaseRules {
  readonly minHeadCount: number;
  readonly noise: 'discrete-laplace' | 'none';
  readonly slotsPerTrack: number;
  readonly assumedTracksPerPerson: number;
  readonly epsilonPerWindow: number;
  readonly epsilonPerDay: number;
}

/** What the release step is given besides the window. */
export interface Occasion {
  /** People who regularly work in the zone, as declared. */
  readonly headCount: number;
  /** False when no camera was watched at any moment of the window. Known to all, because the status says so. */
  readonly watched: boolean;
}

/** A message made from an aggregate. */
export interface Sealed {
  readonly payload: string;
}

/** What goes to the broker; `n` is its number in the ledger, where it has one. */
export interface Outgoing<T extends Sealed> {
  readonly aggregate: ReleasedAggregate;
  readonly message: T;
  readonly n?: number;
}

/**
 * The one way out: a closed window becomes a `ReleasedAggregate` and its message, or is withheld with a reason that
 * depends on configuration, ledger and noised numbers only, never on a true count. Undefined for a window that has been
 * released before: the clock was set back.
 *
 * @param seal makes the message, whose bytes are in the ledger before they are returned
 */
export async function release<T extends Sealed>(
  closed: ClosedWindow,
  { headCount, watched }: Occasion,
  rules: ReleaseRules,
  ledger: Ledger,
  seal: (aggregate: ReleasedAggregate) => T,
  random?: RandomBytes,
): Promise<Outgoing<T> | undefined> {
  const { zoneId, window } = closed;
  const sealed = (aggregate: ReleasedAggregate) => ({ aggregate, message: seal(aggregate) });
  const withhold = (reason: WithheldReason) => asReleased({ zoneId, window, state: 'withheld', reason });
  if (headCount < rules.minHeadCount) return sealed(withhold('headcount'));
  // An empty window would cost as much of the budget as a full one.
  if (!watched) return sealed(withhold('capture'));
  // Without noise there is nothing to draw and no budget, so true counts need not touch the disk.
  if (rules.noise === 'none') return sealed(judged(closed, closed.counts, rules));

  if (ledger.has(zoneId, window.startMs)) return undefined;
  const epsilon = rules.epsilonPerWindow;
  // The tolerance takes the rounding of a day's sum.
  if (ledger.spent(zoneId) + epsilon > rules.epsilonPerDay + 1e-9) return sealed(withhold('budget'));
  const released = sealed(judged(closed, noised(closed.counts, rules, random), rules));
  try {
    const { payload } = released.message;
    return { ...released, n: await ledger.append({ zone: zoneId, ...window, epsilon, payload }) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return sealed(withhold('ledger'));
  }
}

/** C: most slots that one person is assumed to add to one window. Each slot is in one bin, so it bounds the L1 distance. */
const sensitivityOf = (rules: ReleaseRules): number => rules.slotsPerTrack * rules.assumedTracksPerPerson;

function noised(counts: Counts, rules: ReleaseRules, random?: RandomBytes): Counts {
  const { s, t } = rate(rules.epsilonPerWindow, sensitivityOf(rules));
  const sum = { ...counts };
  for (const label of LABELS) sum[label] += discreteLaplace(s, t, random);
  return sum;
}

/** Its noise is paid for also when the total is too small: withholding for free would tell something about the true count. */
function judged({ zoneId, window }: ClosedWindow, counts: Counts, rules: ReleaseRules): ReleasedAggregate {
  const total = LABELS.reduce((sum, label) => sum + counts[label], 0);
  if (total < rules.minHeadCount) return asReleased({ zoneId, window, state: 'withheld', reason: 'total' });
  const epsilon = rules.epsilonPerWindow;
  const noise =
    rules.noise === 'none'
      ? { mechanism: 'none' as const, interval95: 0 }
      : {
          mechanism: 'discrete-laplace' as const,
          epsilon,
          interval95: interval95(epsilon, sensitivityOf(rules)),
        };
  return asReleased({ zoneId, window, state: 'released', counts, noise });
}
