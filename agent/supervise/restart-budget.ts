import { Backoff } from '../domain/backoff.ts';

/** A process that ran this long was healthy: the next wait begins small again. */
const STEADY_MS = 60_000;
/** So many deaths in so long, and what ails it is nothing that the next start will mend. */
const MOST_DEATHS = 10;
const SPAN_MS = 600_000;
const COOL_DOWN_MS = 300_000;

/**
 * When a process that has died is started again: after waits that double, and after too many deaths not for minutes, so
 * that a camera that cannot work does not eat the time of those that can.
 */
export class RestartBudget {
  readonly #upMs: () => number;
  readonly #backoff: Backoff;
  #deaths: number[] = [];

  /** @param upMs monotonic clock */
  constructor(upMs: () => number, random: () => number = Math.random) {
    this.#upMs = upMs;
    this.#backoff = new Backoff(500, 30_000, random);
  }

  /** The wait after a death, milliseconds. `exhausted`: it is a cool-down, and everything begins anew after it. */
  died(ranMs: number): { readonly waitMs: number; readonly exhausted: boolean } {
    const now = this.#upMs();
    if (ranMs > STEADY_MS) this.#backoff.reset();
    this.#deaths = [...this.#deaths.filter((atMs) => now - atMs < SPAN_MS), now];
    if (this.#deaths.length < MOST_DEATHS) return { waitMs: this.#backoff.nextMs(), exhausted: false };
    this.#deaths = [];
    this.#backoff.reset();
    return { waitMs: COOL_DOWN_MS, exhausted: true };
  }
}
