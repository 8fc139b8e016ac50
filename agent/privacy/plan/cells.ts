import { powerOfTwo, raise, transform } from './fourier.ts';

/** A distribution on evenly spaced values: `mass[i]` is the probability of `first + i * step`. */
export interface Cells {
  readonly first: number;
  readonly step: number;
  readonly mass: Float64Array;
}

export const mean = ({ first, step, mass }: Cells): number =>
  first + step * mass.reduce((sum, p, i) => sum + p * i, 0);

export function deviation(cells: Cells): number {
  const centre = mean(cells);
  const { first, step, mass } = cells;
  return Math.sqrt(mass.reduce((sum, p, i) => sum + p * (first + i * step - centre) ** 2, 0));
}

/** P(value > limit). */
export function above({ first, step, mass }: Cells, limit: number): number {
  // A value that equals the limit up to rounding is not above it.
  const from = Math.max(0, Math.floor((limit - first) / step + 1e-9) + 1);
  let sum = 0;
  for (let i = mass.length - 1; i >= from; i--) sum += mass[i]!;
  return sum;
}

/** Least of the values that is exceeded with at most this probability. */
export function limitExceededBy({ first, step, mass }: Cells, probability: number): number {
  let sum = 0;
  let i = mass.length - 1;
  while (i >= 0 && sum + mass[i]! <= probability) sum += mass[i--]!;
  return first + Math.max(0, i) * step;
}

/** Without the values at both ends that together are less likely than `probability`, scaled to a sum of 1. */
export function trimmed({ first, step, mass }: Cells, probability: number): Cells {
  let from = 0;
  let to = mass.length;
  for (let sum = mass[from]!; sum < probability / 2; sum += mass[from]!) from++;
  for (let sum = mass[to - 1]!; sum < probability / 2; sum += mass[to - 1]!) to--;
  const kept = mass.subarray(from, to);
  const total = kept.reduce((sum, p) => sum + p, 0);
  return { first: first + from * step, step, mass: kept.map((p) => p / total) };
}

/** Spread of a sum, in standard deviations to each side, beyond which nothing is kept. */
const REACH = 12;

/** The distribution of the sum of `n` independent values. What lies beyond 12 standard deviations is lost. */
export function sumOf(cells: Cells, n: number): Cells {
  if (n === 1) return cells;
  const { first, step, mass } = cells;
  const spread = (2 * REACH * deviation(cells) * Math.sqrt(n)) / step;
  const size = powerOfTwo(Math.min(n * mass.length, mass.length + spread));
  const spectrum = { re: new Float64Array(size), im: new Float64Array(size) };
  spectrum.re.set(mass);
  transform(spectrum, 1);
  raise(spectrum, n);
  transform(spectrum, -1);
  // Indexes are known modulo `size`; the right ones are those around the mean.
  const lowest = Math.round((n * (mean(cells) - first)) / step) - size / 2;
  const start = Math.max(0, lowest);
  const sum = new Float64Array(Math.min(size, n * (mass.length - 1) + 1 - start));
  for (let i = 0; i < sum.length; i++) sum[i] = Math.max(0, spectrum.re[(start + i) % size]! / size);
  return { first: n * first + start * step, step, mass: sum };
}

/** The distribution of the sum of two independent values; both with the same step. */
export function plus(a: Cells, b: Cells): Cells {
  const mass = new Float64Array(a.mass.length + b.mass.length - 1);
  // The shorter one outside, so that the inner loop is long.
  const [outer, inner] = a.mass.length < b.mass.length ? [a.mass, b.mass] : [b.mass, a.mass];
  for (let i = 0; i < outer.length; i++) {
    const p = outer[i]!;
    if (p === 0) continue;
    for (let j = 0; j < inner.length; j++) mass[i + j]! += p * inner[j]!;
  }
  return { first: a.first + b.first, step: a.step, mass };
}

/** Collects values that lie anywhere into cells; each goes to its two neighbours such that the mean stays exact. */
export class Collector {
  readonly #first: number;
  readonly #step: number;
  readonly #mass: Float64Array;

  constructor(least: number, most: number, step: number) {
    this.#step = step;
    this.#first = Math.floor(least / step) * step;
    this.#mass = new Float64Array(Math.ceil((most - this.#first) / step) + 2);
  }

  add(value: number, probability: number): void {
    const position = (value - this.#first) / this.#step;
    const below = Math.floor(position);
    const share = position - below;
    this.#mass[below]! += probability * (1 - share);
    this.#mass[below + 1]! += probability * share;
  }

  /** Scaled to a sum of 1. */
  cells(): Cells {
    const total = this.#mass.reduce((sum, p) => sum + p, 0);
    return { first: this.#first, step: this.#step, mass: this.#mass.map((p) => p / total) };
  }
}
