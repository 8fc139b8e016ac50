import type { ReleaseRules } from '../../aggregate/release.ts';
import { LABELS } from '../../domain/signal.ts';
import { binomial } from './binomial.ts';
import { above, type Cells, Collector, limitExceededBy, plus, sumOf, trimmed } from './cells.ts';
import { decay, type NoiseRules, noiseOf } from './noise.ts';

/** A rise of one label's share of the slots that somebody wants to see; shares from 0 to 1. */
export interface Rise {
  /** Usual share, known from a long time before. */
  readonly from: number;
  readonly to: number;
}

export type DetectionRules = NoiseRules & Pick<ReleaseRules, 'minHeadCount'>;

export interface Detection {
  /** Slots above which the excess of so many released windows counts as a rise. */
  limit(windows: number): number;
  /** Probability that a rise that is there is announced after so many released windows. */
  power(windows: number): number;
}

/** A rise is announced by mistake with at most this probability: "95 % confidence". */
const FALSE_ALARM = 0.05;

/** Cells per C / epsilon for the sum over two dimensions, and per standard deviation of its result. */
const COARSE = 10;
const PER_DEVIATION = 64;
/** Probability that is left out there. */
const LEFT_OUT = 1e-9;

/**
 * How well messages show a rise. The rule that is judged: over the released windows, count the slots of the label beyond
 * their usual share of all slots,
 *
 *     excess = sum(label) - from * sum(all counts),
 *
 * and announce a rise when it is above a limit. Chance comes in twice: as the noise of the release step, which also
 * decides which windows are released at all, and in which slots happen to have the label (independent draws here; slots
 * of one person are more alike than that, so the truth is worse).
 *
 * @param slots earned in each window, whole
 */
export function watchFor({ from, to }: Rise, slots: number, rules: DetectionRules): Detection {
  const q = decay(rules);
  const noiseDeviation =
    (Math.sqrt(2 * q) / (1 - q)) * Math.hypot(1 - from, Math.sqrt(LABELS.length - 1) * from);
  const drawDeviation = Math.sqrt(slots * Math.max(from * (1 - from), to * (1 - to)));
  const step = Math.max(Math.hypot(noiseDeviation, drawDeviation) / PER_DEVIATION, slots * 1e-5, 1e-3);
  const noise = releasedNoise(from, slots, rules, step);
  const usual = plus(noise, drawn(from, from, slots, step));
  const risen = plus(noise, drawn(to, from, slots, step));
  // One cell further, because a value between two cells is partly in the lower one.
  const limit = (windows: number) => limitExceededBy(sumOf(usual, windows), FALSE_ALARM) + step;
  return { limit, power: (windows) => above(sumOf(risen, windows), limit(windows)) };
}

/** What noise adds to the excess of a window, given that the window is released. */
function releasedNoise(from: number, slots: number, rules: DetectionRules, step: number): Cells {
  const one = trimmed(noiseOf(decay(rules), COARSE), LEFT_OUT);
  const others = trimmed(sumOf(one, LABELS.length - 1), LEFT_OUT);
  const value = (cells: Cells, i: number) => cells.first + i * one.step;
  const ends = [one.first, -one.first].flatMap((z) =>
    [others.first, -others.first].map((y) => z - from * (z + y)),
  );
  const collector = new Collector(Math.min(...ends), Math.max(...ends), step);
  const leastTotal = rules.minHeadCount - slots;
  for (let i = 0; i < one.mass.length; i++)
    for (let j = 0; j < others.mass.length; j++) {
      const total = value(one, i) + value(others, j);
      // The part of this cell's totals that is not withheld: all or nothing where cells are single values.
      const part = Math.min(1, Math.max(0, (total - leastTotal + (one.step + 1) / 2) / one.step));
      if (part > 0) collector.add(value(one, i) - from * total, one.mass[i]! * others.mass[j]! * part);
    }
  return collector.cells();
}

/** What the draw of labels adds to it, when the share is `now`. */
function drawn(now: number, from: number, slots: number, step: number): Cells {
  const values = binomial(slots, now).map(([k, probability]) => [k - from * slots, probability] as const);
  const all = values.map(([value]) => value);
  const collector = new Collector(Math.min(...all), Math.max(...all), step);
  for (const [value, probability] of values) collector.add(value, probability);
  return collector.cells();
}
