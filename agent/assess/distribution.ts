import type { Histogram } from './assessment.ts';

/** Values of which only the distribution is wanted. */
export class Distribution {
  #values: number[] = [];

  add(value: number): void {
    if (Number.isFinite(value)) this.#values.push(value);
  }

  get count(): number {
    return this.#values.length;
  }

  /** 0 when there is none. */
  quantile(share: number): number {
    const sorted = [...this.#values].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  }

  /** Share of the values for which it holds. */
  shareOf(fits: (value: number) => boolean): number {
    return this.#values.length === 0 ? 0 : this.#values.filter(fits).length / this.#values.length;
  }

  /** Shares in bins of equal width; what lies outside counts for the outermost. To whole percents: finer would be rare people. */
  histogram(unit: string, from: number, to: number, bins: number): Histogram {
    const width = (to - from) / bins;
    const counts = new Array<number>(bins).fill(0);
    for (const value of this.#values)
      counts[Math.max(0, Math.min(bins - 1, Math.floor((value - from) / width)))]!++;
    return {
      unit,
      edges: Array.from({ length: bins + 1 }, (_, i) => Number((from + i * width).toPrecision(6))),
      shares: counts.map((count) => Math.round((100 * count) / Math.max(1, this.#values.length)) / 100),
    };
  }
}
