/**
 * Exponential backoff with full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015): the wait
 * doubles from `firstMs` to `mostMs`, and each wait is drawn between half of it and all of it, so that boxes that lost
 * the same switch do not return in step.
 */
export class Backoff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  readonly #random: () => number;
  #attempt = 0;

  constructor(firstMs: number, mostMs: number, random: () => number = Math.random) {
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
    this.#random = random;
  }

  nextMs(): number {
    const ceiling = Math.min(this.#mostMs, this.#firstMs * 2 ** this.#attempt++);
    return Math.round(ceiling * (0.5 + 0.5 * this.#random()));
  }

  /** Call when things have worked for a while. */
  reset(): void {
    this.#attempt = 0;
  }
}
