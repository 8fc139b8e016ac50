import {
  asReleased,
  type NoisedCounts,
  type ReleasedAggregate,
  type WithheldReason,
} from '../domain/aggregate.ts';
import { type EpsilonRules, epsilonOf } from '../domain/epsilon.ts';
import { LABELS, REGIONS } from '../domain/signal.ts';
import { discreteLaplace, interval95, type RandomBytes, rate } from './discrete-laplace.ts';
import type { Ledger } from './ledger.ts';
import type { ClosedWindow } from './window.ts';

export interface ReleaseRules extends EpsilonRules {
  readonly minHeadCount: number;
  readonly noise: 'discrete-laplace' | 'none';
  readonly slotsPerTrack: number;
  readonly assumedTracksPerPerson: number;
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
  const withheld = (reason: WithheldReason) =>
    sealed(asReleased({ zoneId, window, state: 'withheld', reason }));
  /** On disk before it is returned, so that it waits with the others. @throws Error of the disk */
  const entered = async (outgoing: Outgoing<T>, epsilon: number) => {
    const { payload } = outgoing.message;
    const { startMs, endMs } = window;
    return { ...outgoing, n: await ledger.append({ zone: zoneId, startMs, endMs, epsilon, payload }) };
  };
  const isQuiet = rules.noise === 'none';
  const free = async (reason: WithheldReason) => {
    const outgoing = withheld(reason);
    return isQuiet ? outgoing : entered(outgoing, 0).catch(unlessDisk(outgoing));
  };
  if (headCount < rules.minHeadCount) return free('headcount');
  // An empty window would cost as much of the budget as a full one.
  if (!watched) return free('capture');
  // Without noise there is nothing to draw and no budget, so true counts need not touch the disk.
  if (isQuiet) return sealed(judged(closed, rules));

  if (ledger.has(zoneId, window.startMs)) return undefined;
  const epsilon = epsilonOf(rules);
  // The tolerance takes the rounding of a day's sum.
  if (ledger.spent(zoneId) + epsilon > rules.epsilonPerDay + 1e-9) return free('budget');
  return entered(sealed(judged(closed, rules, random)), epsilon).catch((error: NodeJS.ErrnoException) =>
    unlessDisk(withheld('ledger'))(error),
  );
}

/** What goes out instead when the disk does not take what should. @throws what is no error of the disk */
const unlessDisk =
  <T>(instead: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === undefined) throw error;
    return instead;
  };

/** C: most slots that one person is assumed to add to one window. Each slot is in one bin, so it bounds the L1 distance. */
const sensitivityOf = (rules: ReleaseRules): number => rules.slotsPerTrack * rules.assumedTracksPerPerson;

/** A histogram with noise of its own in each bin, or without any. */
function noised<Bin extends string>(
  bins: readonly Bin[],
  counts: Readonly<Record<Bin, number>>,
  epsilon: number,
  rules: ReleaseRules,
  random?: RandomBytes,
): NoisedCounts<Bin> {
  if (rules.noise === 'none') return { counts, noise: { mechanism: 'none', interval95: 0 } };
  const sensitivity = sensitivityOf(rules);
  const { s, t } = rate(epsilon, sensitivity);
  const sum: Record<Bin, number> = { ...counts };
  for (const bin of bins) sum[bin] += discreteLaplace(s, t, random);
  return {
    counts: sum,
    noise: { mechanism: 'discrete-laplace', epsilon, interval95: interval95(epsilon, sensitivity) },
  };
}

/**
 * Both histograms or neither, by the noised total of the labels. Their noise is paid for also when that is too small:
 * withholding for free would tell something about the true count.
 */
function judged(closed: ClosedWindow, rules: ReleaseRules, random?: RandomBytes): ReleasedAggregate {
  const { zoneId, window } = closed;
  const labels = noised(LABELS, closed.counts, rules.epsilonPerWindow, rules, random);
  const regions =
    rules.regions && noised(REGIONS, closed.regions, rules.regions.epsilonPerWindow, rules, random);
  const total = LABELS.reduce((sum, label) => sum + labels.counts[label], 0);
  if (total < rules.minHeadCount) return asReleased({ zoneId, window, state: 'withheld', reason: 'total' });
  return asReleased({ zoneId, window, state: 'released', ...labels, ...(regions && { regions }) });
}
