import type { SheddingReason } from '../domain/load.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;
/** The rate is taken over this: one that is low for a moment is nobody's concern. */
const SPAN_MS = 60_000;

/** Of one hour, or of a day. */
export interface Rate {
  /** Most that the camera sent. */
  readonly wantedFps: number;
  /** Least that was looked at over a minute. */
  readonly lowestFps: number;
  /** Why it was less. */
  readonly shedding?: SheddingReason;
}

const less = (a: Rate, b: Rate): Rate => {
  const { lowestFps, shedding } = a.lowestFps <= b.lowestFps ? a : b;
  const reason = shedding ?? a.shedding ?? b.shedding;
  return { wantedFps: Math.max(a.wantedFps, b.wantedFps), lowestFps, ...(reason && { shedding: reason }) };
};

/**
 * At how many pictures a second a camera was looked at when it was least. That follows the load, and load follows faces,
 * so it is told of a whole day and changes with the hour only (UTC): a box that is too slow for its plant says so on its
 * first day and goes on saying the same, whoever comes and goes.
 */
export class RateDay {
  /** The last hours that are over, oldest first. */
  readonly #hours: { readonly hour: number; readonly rate: Rate }[] = [];
  #hour = 0;
  #now: Rate | undefined;
  /** Since the last minute was complete. */
  #sinceMs: number | undefined;
  #looked = 0;
  #shed: SheddingReason | undefined;

  /** To be called about once a second while it streams. @param looked since the last time @param nowMs monotonic clock */
  note(
    looked: number,
    sentFps: number,
    shed: SheddingReason | undefined,
    wallMs: number,
    nowMs: number,
  ): void {
    this.#turnTo(wallMs);
    if (this.#sinceMs === undefined) {
      // What was looked at before is of no known time.
      this.#sinceMs = nowMs;
      return;
    }
    this.#looked += looked;
    this.#shed ??= shed;
    const passedMs = nowMs - this.#sinceMs;
    if (passedMs < SPAN_MS) return;
    const lowestFps = (1_000 * this.#looked) / passedMs;
    const rate = { wantedFps: sentFps, lowestFps, ...(this.#shed && { shedding: this.#shed }) };
    this.#now = this.#now === undefined ? rate : less(this.#now, rate);
    this.interrupted();
    this.#sinceMs = nowMs;
  }

  /** It does not stream: a minute with a hole in it is none. */
  interrupted(): void {
    this.#sinceMs = undefined;
    this.#looked = 0;
    this.#shed = undefined;
  }

  /** Of the day until the last full hour; undefined before there is one. */
  told(wallMs: number): Rate | undefined {
    this.#turnTo(wallMs);
    const rates = this.#hours.map(({ rate }) => rate);
    return rates.length === 0 ? undefined : rates.reduce(less);
  }

  #turnTo(wallMs: number): void {
    const hour = Math.floor(wallMs / HOUR_MS);
    if (hour === this.#hour) return;
    if (this.#now !== undefined) this.#hours.push({ hour: this.#hour, rate: this.#now });
    this.#hour = hour;
    this.#now = undefined;
    // A clock that is set back has hours yet to come.
    while (this.#hours.length > 0 && Math.abs(hour - this.#hours[0]!.hour) > HOURS) this.#hours.shift();
  }
}
