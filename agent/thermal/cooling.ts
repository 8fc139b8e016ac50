import type { Heat } from './sensors.ts';

/** Nearer than this to where the kernel acts, and less is done; further than that, and more again. Between: as it is. */
const HOT_C = 8;
const COOL_C = 14;
/** Without a trip point: as if one were here. Boards for industry stand 85 degrees and more at the chip. */
const USUAL_TRIP_C = 95;
const DECREASE = 0.8;
const INCREASE_FPS = 2;
/** Heat sinks take their time: a change must show before the next, milliseconds. */
const FALL_MS = 30_000;
const RISE_MS = 120_000;

/**
 * Does less on purpose before the kernel does it by force: a kernel that slows the clock makes every picture late, of
 * every camera, and a rate that is chosen can be told and judged. A cap on looks a second, for all cameras alike.
 */
export class Cooling {
  readonly #floorFps: number;
  #capFps: number | undefined;
  #changedMs = Number.NEGATIVE_INFINITY;

  /** @param floorFps no cap is lower */
  constructor(floorFps: number) {
    this.#floorFps = floorFps;
  }

  /** Undefined: it is not too hot. */
  get capFps(): number | undefined {
    return this.#capFps;
  }

  /** To be called every few seconds. @param mostFps most that any camera sends now; 0: none streams @param nowMs monotonic clock */
  look({ hottestC, marginC, throttled }: Heat, mostFps: number, nowMs: number): void {
    const margin = marginC ?? (hottestC === undefined ? undefined : USUAL_TRIP_C - hottestC);
    const isHot = throttled || (margin !== undefined && margin < HOT_C);
    const isCool = !throttled && (margin === undefined || margin > COOL_C);
    if (isHot && mostFps > 0 && nowMs - this.#changedMs >= FALL_MS) {
      this.#capFps = Math.max(this.#floorFps, DECREASE * Math.min(this.#capFps ?? mostFps, mostFps));
      this.#changedMs = nowMs;
    } else if (isCool && this.#capFps !== undefined && nowMs - this.#changedMs >= RISE_MS) {
      const next = this.#capFps + INCREASE_FPS;
      this.#capFps = next > mostFps ? undefined : next;
      this.#changedMs = nowMs;
    }
  }
}
