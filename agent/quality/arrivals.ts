/** The rate is taken over this much of the past. */
const SPAN_MS = 10_000;

/** How many pictures a camera sends per second, also those that nobody had time to look at. */
export class Arrivals {
  #times: number[] = [];

  /** @param nowMs monotonic clock */
  note(nowMs: number): void {
    this.#times.push(nowMs);
    while (this.#times[0]! < nowMs - SPAN_MS) this.#times.shift();
  }

  /** A new connection: what was before says nothing of it. */
  forget(): void {
    this.#times = [];
  }

  /** 0 until the second picture. */
  perSecond(): number {
    const [first] = this.#times;
    const spanMs = first === undefined ? 0 : this.#times.at(-1)! - first;
    return spanMs > 0 ? ((this.#times.length - 1) * 1000) / spanMs : 0;
  }
}
