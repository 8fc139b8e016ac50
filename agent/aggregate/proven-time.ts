import type { Clock } from '../domain/clock.ts';

/** A moment that a later process can go on from. */
export interface Mark {
  /** Time that had certainly passed since the ledger was begun. */
  readonly provenMs: number;
  readonly boot: string;
  readonly upMs: number;
}

/**
 * Time that has certainly passed: the budget of a day may come back late, never early. It is the time in which the
 * machine was running, by its monotonic clock, so that setting the wall clock moves nothing. Nothing on the machine can
 * prove for how long it was off or asleep, and a wall clock that is wrong at one start and right at the next would prove
 * anything; so that time does not count.
 */
export class ProvenTime {
  readonly #clock: Clock;
  readonly #start: { readonly provenMs: number; readonly upMs: number };

  /**
   * @param mark the newest that was written down, undefined for a new ledger
   * @param latestMs the latest proven time that was written down
   */
  constructor(clock: Clock, mark: Mark | undefined, latestMs: number) {
    this.#clock = clock;
    const upMs = clock.upMs();
    let provenMs = 0;
    if (mark !== undefined) {
      const sameBoot = mark.boot === clock.boot && upMs >= mark.upMs;
      provenMs = sameBoot ? Math.max(latestMs, mark.provenMs + upMs - mark.upMs) : latestMs + upMs;
    }
    this.#start = { provenMs, upMs };
  }

  nowMs(): number {
    return this.mark().provenMs;
  }

  mark(): Mark {
    const upMs = this.#clock.upMs();
    return { provenMs: this.#start.provenMs + upMs - this.#start.upMs, boot: this.#clock.boot, upMs };
  }
}
