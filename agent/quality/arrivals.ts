/** The rate is taken over this much of the past. */
const SPAN_MS = 10_000;
/**
 * At first everything comes at once that a decoder has held back while it found out what it gets, and on a busy box that
 * takes its time: with half a second, 25 pictures per second were told as 40.
 */
const SETTLE_MS = 3_000;

/** How many pictures a camera sends per second, also those that nobody had time to look at. */
export class Arrivals {
  #firstMs: number | undefined;
  #times: number[] = [];

  /** @param nowMs monotonic clock */
  note(nowMs: number): void {
    this.#firstMs ??= nowMs;
    if (nowMs - this.#firstMs < SETTLE_MS) return;
    this.#times.push(nowMs);
    while (this.#times[0]! < nowMs - SPAN_MS) this.#times.shift();
  }

  /** A new connection: what was before says nothing of it. */
  forget(): void {
    this.#firstMs = undefined;
    this.#times = [];
  }

  /** 0 while there is too little to say so. */
  perSecond(): number {
    const [first] = this.#times;
    const spanMs = first === undefined ? 0 : this.#times.at(-1)! - first;
    return spanMs > 0 ? ((this.#times.length - 1) * 1000) / spanMs : 0;
  }
}
