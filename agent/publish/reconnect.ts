import { Backoff } from '../domain/backoff.ts';

const FIRST_MS = 2_000;
/** A plant's boxes that have waited long come back over the second half of it: a thousand of them at 100 a second. */
const MOST_MS = 20_000;
/** A connection that has held so long was a good one. */
const STEADY_MS = 10_000;

/**
 * When to try the broker again. Boxes that lost the same broker in the same moment must not come back in the same
 * moment: each wait is drawn, and they grow while the broker is away or throws us out again.
 */
export class Reconnect {
  readonly #backoff: Backoff;
  readonly #steadyMs: number;
  #steady: NodeJS.Timeout | undefined;

  constructor(random: () => number = Math.random, steadyMs = STEADY_MS) {
    this.#backoff = new Backoff(FIRST_MS, MOST_MS, random);
    this.#steadyMs = steadyMs;
  }

  connected(): void {
    clearTimeout(this.#steady);
    this.#steady = setTimeout(() => this.#backoff.reset(), this.#steadyMs).unref();
  }

  /** The connection is gone, or did not come about. */
  nextMs(): number {
    clearTimeout(this.#steady);
    return this.#backoff.nextMs();
  }
}
