import { choose, combinations, draw, repeatable } from './arrangements.ts';
import { NORMAL_80, NORMAL_975 } from './student.ts';

/** One day: slots with the labels in question, and all slots, both with noise. */
export interface ComparedDay {
  readonly weekday: number;
  readonly a: number;
  readonly t: number;
}

export interface Comparison {
  /** Shares of the days whose day of the week is both before and after. */
  readonly before: number;
  readonly after: number;
  readonly change: number;
  /** 95 % interval of the change; undefined where so few days cannot give one. */
  readonly interval: { readonly low: number; readonly high: number } | undefined;
  /** Two-sided; how often chance alone would give at least such a change. */
  readonly p: number;
  /** The change that would be found in 80 of 100 cases. */
  readonly detectable: number;
  readonly days: { readonly before: number; readonly after: number };
  readonly arrangements: number;
  /** Not all were tried but so many, drawn by chance. */
  readonly drawn: boolean;
}

/** Up to so many arrangements all are tried, else so many are drawn. */
const MOST_TRIED = 20_000;
const DRAWN = 9_999;
export const SEED = 20_261_125;
const LEVEL = 0.05;

/** Of one arrangement: numerator and weight of a day of the week, and what a shift of the true after-days adds. */
interface Part {
  readonly change: number;
  readonly shift: number;
  readonly weight: number;
}

interface Stratum {
  readonly days: readonly (ComparedDay & { readonly after: boolean })[];
  readonly after: number;
}

/**
 * Has the share changed? Days are compared with days of the same name, and the differences averaged with the weights of
 * Cochran (1954): t before times t after over their sum. Whether chance could do it is asked of the days themselves: had
 * nothing changed, any other days of that name could as well have been the ones after (permutation test, blocked by day
 * of the week). It holds whatever the law of noise, gate and slots is, as long as it is the same for all days of a name
 * and days do not hang together. The interval has all shifts that the test does not refuse.
 *
 * Undefined where no day of the week is on both sides.
 */
export function compare(
  before: readonly ComparedDay[],
  after: readonly ComparedDay[],
): Comparison | undefined {
  const strata = strataOf(before, after);
  if (strata.length === 0) return undefined;
  const used = strata.flatMap(({ days }) => days);
  const observed = combined(strata.map((stratum) => part(stratum, (i) => stratum.days[i]!.after)));
  const all = strata.reduce((product, { days, after: k }) => product * choose(days.length, k), 1);
  const drawn = all > MOST_TRIED;
  const changes: number[] = [];
  const shifts: number[] = [];
  for (const { change, shift } of drawn ? some(strata) : every(strata)) {
    changes.push(change);
    shifts.push(shift);
  }
  /** Share of arrangements at least as far from `by` as what was observed, when the true change is `by`. */
  const pOf = (by: number): number => {
    const limit = Math.abs(observed.change - by) * (1 - 1e-9) - 1e-12;
    let far = 0;
    for (let i = 0; i < changes.length; i++) if (Math.abs(changes[i]! - by * shifts[i]!) >= limit) far++;
    return drawn ? (far + 1) / (changes.length + 1) : far / changes.length;
  };
  const deviation = Math.sqrt(
    changes.reduce((sum, change, i) => sum + (change - observed.change * shifts[i]!) ** 2, 0) /
      changes.length,
  );
  const ratio = (side: boolean) => {
    const days = used.filter((day) => day.after === side);
    return { n: days.length, share: sum(days, ({ a }) => a) / sum(days, ({ t }) => t) };
  };
  const [from, to] = [ratio(false), ratio(true)];
  const low = boundary(observed.change, -1, pOf);
  const high = boundary(observed.change, 1, pOf);
  return {
    before: from.share,
    after: to.share,
    change: observed.change,
    interval: low === undefined || high === undefined ? undefined : { low, high },
    p: pOf(0),
    // Half of the interval is what it takes to be refused.
    detectable:
      NORMAL_80 * deviation +
      (low === undefined || high === undefined ? NORMAL_975 * deviation : (high - low) / 2),
    days: { before: from.n, after: to.n },
    arrangements: drawn ? changes.length : all,
    drawn,
  };
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

function strataOf(before: readonly ComparedDay[], after: readonly ComparedDay[]): Stratum[] {
  const usable = [
    ...before.map((day) => ({ ...day, after: false })),
    ...after.map((day) => ({ ...day, after: true })),
  ].filter(({ t }) => t > 0);
  return [0, 1, 2, 3, 4, 5, 6]
    .map((weekday) => usable.filter((day) => day.weekday === weekday))
    .map((days) => ({ days, after: days.filter((day) => day.after).length }))
    .filter(({ days, after: k }) => k > 0 && k < days.length);
}

function part({ days }: Stratum, isAfter: (i: number) => boolean): Part {
  const side = { a: [0, 0], t: [0, 0], moved: [0, 0] } as Record<'a' | 't' | 'moved', [number, number]>;
  for (const [i, day] of days.entries()) {
    const at = isAfter(i) ? 1 : 0;
    side.a[at] += day.a;
    side.t[at] += day.t;
    if (day.after) side.moved[at] += day.t;
  }
  const { a, t, moved } = side;
  const weight = (t[0] * t[1]) / (t[0] + t[1]);
  return {
    weight,
    change: weight * (a[1] / t[1] - a[0] / t[0]),
    shift: weight * (moved[1] / t[1] - moved[0] / t[0]),
  };
}

function combined(parts: readonly Part[]): { readonly change: number; readonly shift: number } {
  const weight = sum(parts, (each) => each.weight);
  return {
    change: sum(parts, (each) => each.change) / weight,
    shift: sum(parts, (each) => each.shift) / weight,
  };
}

function* every(strata: readonly Stratum[]): Generator<{ change: number; shift: number }> {
  const options = strata.map((stratum) =>
    [...combinations(stratum.days.length, stratum.after)].map((taken) =>
      part(stratum, (i) => taken.includes(i)),
    ),
  );
  const at = options.map(() => 0);
  for (;;) {
    yield combined(options.map((parts, i) => parts[at[i]!]!));
    let i = 0;
    while (i < at.length && ++at[i]! === options[i]!.length) at[i++] = 0;
    if (i === at.length) return;
  }
}

function* some(strata: readonly Stratum[]): Generator<{ change: number; shift: number }> {
  const random = repeatable(SEED);
  for (let n = 0; n < DRAWN; n++)
    yield combined(
      strata.map((stratum) => {
        const taken = new Set(draw(stratum.days.length, stratum.after, random));
        return part(stratum, (i) => taken.has(i));
      }),
    );
}

/** Where, going from the observed change, the test begins to refuse; undefined if it never does. */
function boundary(change: number, way: 1 | -1, pOf: (by: number) => number): number | undefined {
  let [inside, outside] = [0, 2];
  if (pOf(change + way * outside) > LEVEL) return undefined;
  for (let i = 0; i < 24; i++) {
    const middle = (inside + outside) / 2;
    if (pOf(change + way * middle) > LEVEL) inside = middle;
    else outside = middle;
  }
  return change + way * outside;
}

/** Adjusted for so many questions at once (Holm 1979), in the order given. */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((p, i) => ({ p, i })).sort((x, y) => x.p - y.p);
  const adjusted = ps.map(() => 1);
  let most = 0;
  for (const [rank, { p, i }] of order.entries()) {
    most = Math.max(most, Math.min(1, p * (ps.length - rank)));
    adjusted[i] = most;
  }
  return adjusted;
}
