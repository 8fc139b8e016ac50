/** A picture that came sooner than all others in so long is what the others are compared with, milliseconds. */
const SPAN_MS = 120_000;
const BUCKETS = 4;
/** Further than this from the time that has passed, and the camera's clock was set. */
const JUMP_MS = 5_000;

/**
 * How far pictures have fallen behind: what is between the time of a picture and its arrival, less the least that there
 * was in the last minutes. It grows when pictures wait in the decoder or on the network because nobody has time to fetch
 * them, long before any is left out; the clock of a camera that runs a little fast or slow makes no lag.
 */
export class Lag {
  #last: { readonly ptsMs: number; readonly arrivedMs: number } | undefined;
  /** The least delay in each of the last quarters of the span, newest first. */
  #least: number[] = [];
  #turnMs = 0;
  #lagMs = 0;

  /** @param ptsMs time of the picture by the camera @param arrivedMs when it came, monotonic clock */
  note(ptsMs: number, arrivedMs: number): void {
    const last = this.#last;
    this.#last = { ptsMs, arrivedMs };
    const driftMs = last === undefined ? 0 : ptsMs - last.ptsMs - (arrivedMs - last.arrivedMs);
    if (last === undefined || ptsMs <= last.ptsMs || driftMs > JUMP_MS) this.#least = [];
    const delayMs = arrivedMs - ptsMs;
    if (this.#least.length === 0 || arrivedMs >= this.#turnMs) {
      this.#least = [delayMs, ...this.#least].slice(0, BUCKETS);
      this.#turnMs = arrivedMs + SPAN_MS / BUCKETS;
    }
    this.#least[0] = Math.min(this.#least[0]!, delayMs);
    this.#lagMs = delayMs - Math.min(...this.#least);
  }

  /** A new connection: what was before says nothing of it. */
  forget(): void {
    this.#last = undefined;
    this.#least = [];
    this.#lagMs = 0;
  }

  /** Of the newest picture, milliseconds. */
  get lagMs(): number {
    return this.#lagMs;
  }
}
