import { student975 } from './student.ts';

export interface TrendDay {
  /** Days since some day. */
  readonly day: number;
  /** 0 to 6. */
  readonly weekday: number;
  readonly share: number;
  /** Variance of the share that is known: noise and draw. */
  readonly variance: number;
}

export interface Trend {
  /** Change of the share per week, with its 95 % interval. */
  readonly perWeek: number;
  readonly low: number;
  readonly high: number;
  /** By what factor the variance about the line is more than noise and draw explain; at least 1. */
  readonly dispersion: number;
  /** The line, without the days of the week, at the first and the last day. */
  readonly from: number;
  readonly to: number;
  readonly weekdays: boolean;
}

const LEAST_DAYS = 5;
/** From two whole weeks on, days of the week have levels of their own. */
const WEEKLY_DAYS = 14;

/**
 * A straight line through the days, by least squares weighted with the known variances, with a level for each day of the
 * week. What the variances do not explain widens the interval (quasi-likelihood: McCullagh and Nelder, "Generalized
 * Linear Models", 1989, 4.5), and never narrows it. Undefined with fewer than five days.
 */
export function trendOf(days: readonly TrendDay[]): Trend | undefined {
  if (days.length < LEAST_DAYS) return undefined;
  const weekdays = days.length >= WEEKLY_DAYS;
  const present = weekdays ? [...new Set(days.map(({ weekday }) => weekday))].sort((a, b) => a - b) : [];
  const weight = days.map(({ variance }) => 1 / variance);
  const total = weight.reduce((sum, w) => sum + w, 0);
  const middle = days.reduce((sum, { day }, i) => sum + day * weight[i]!, 0) / total;
  const share = (of: (day: TrendDay) => boolean) =>
    days.reduce((sum, day, i) => sum + (of(day) ? weight[i]! : 0), 0) / total;
  // Centred, so that the first coefficient is the mean level over all days.
  const centre = present.map((weekday) => share((day) => day.weekday === weekday));
  const rows = days.map(({ day, weekday }) => [
    1,
    day - middle,
    ...present.slice(1).map((each, i) => (weekday === each ? 1 : 0) - centre[i + 1]!),
  ]);
  const size = rows[0]!.length;
  const df = days.length - size;
  if (df < 3) return undefined;
  const normal = matrix(size, (i, j) =>
    rows.reduce((sum, row, d) => sum + weight[d]! * row[i]! * row[j]!, 0),
  );
  const inverse = inverted(normal);
  if (inverse === undefined) return undefined;
  const right = Array.from({ length: size }, (_, i) =>
    rows.reduce((sum, row, d) => sum + weight[d]! * row[i]! * days[d]!.share, 0),
  );
  const beta = inverse.map((row) => row.reduce((sum, value, j) => sum + value * right[j]!, 0));
  const residual = rows.reduce((sum, row, d) => {
    const fitted = row.reduce((s, value, j) => s + value * beta[j]!, 0);
    return sum + weight[d]! * (days[d]!.share - fitted) ** 2;
  }, 0);
  const dispersion = Math.max(1, residual / df);
  const half = student975(df) * Math.sqrt(dispersion * inverse[1]![1]!);
  const at = (day: number) => beta[0]! + beta[1]! * (day - middle);
  const every = days.map(({ day }) => day);
  return {
    perWeek: 7 * beta[1]!,
    low: 7 * (beta[1]! - half),
    high: 7 * (beta[1]! + half),
    dispersion,
    from: at(Math.min(...every)),
    to: at(Math.max(...every)),
    weekdays: size > 2,
  };
}

const matrix = (size: number, of: (i: number, j: number) => number): number[][] =>
  Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => of(i, j)));

/** By Gauss and Jordan with pivots; undefined where it has none. */
function inverted(given: readonly (readonly number[])[]): number[][] | undefined {
  const size = given.length;
  const rows = given.map((row, i) => [...row, ...Array.from({ length: size }, (_, j) => (i === j ? 1 : 0))]);
  for (let i = 0; i < size; i++) {
    let pivot = i;
    for (let r = i + 1; r < size; r++) if (Math.abs(rows[r]![i]!) > Math.abs(rows[pivot]![i]!)) pivot = r;
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    const scale = rows[i]![i]!;
    if (Math.abs(scale) < 1e-12 * Math.abs(given[i]![i]!)) return undefined;
    rows[i] = rows[i]!.map((value) => value / scale);
    for (let r = 0; r < size; r++) {
      const factor = rows[r]![i]!;
      if (r !== i) rows[r] = rows[r]!.map((value, c) => value - factor * rows[i]![c]!);
    }
  }
  return rows.map((row) => row.slice(size));
}
