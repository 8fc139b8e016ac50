/** The rate is judged over this much media time. */
const SPAN_MS = 1_000;

/** How many pictures per second of media time are looked at, and in how many of them a face is there. */
export class FrameRate {
  #nowMs: number | undefined;
  /** Pictures that showed something new. */
  #recent: number[] = [];
  readonly #sightings = new Map<number, number[]>();

  /**
   * A picture, analysed or not, by its media time. One that is the same as the one before does not count: nothing moves
   * in it. A jump in time starts the measurement anew.
   */
  frame(ptsMs: number, isNew = true): void {
    if (this.#nowMs !== undefined && (ptsMs <= this.#nowMs || ptsMs - this.#nowMs > SPAN_MS)) {
      this.#recent = [];
      this.#sightings.clear();
    }
    this.#nowMs = ptsMs;
    if (isNew) this.#recent.push(ptsMs);
    while (this.#recent.length > 0 && ptsMs - this.#recent[0]! > SPAN_MS) this.#recent.shift();
  }

  /** Over the last second; 0 until half of it has been seen. */
  perSecond(): number {
    const spanMs = this.#recent.length < 2 ? 0 : this.#nowMs! - this.#recent[0]!;
    return spanMs < SPAN_MS / 2 ? 0 : ((this.#recent.length - 1) * 1000) / spanMs;
  }

  /** A face is in the latest picture. Returns the share of the last second's pictures it was in, 0..1, since its first. */
  seen(trackId: number): number {
    const nowMs = this.#nowMs ?? 0;
    const sightings = this.#sightings.get(trackId) ?? [];
    this.#sightings.set(trackId, sightings);
    if (sightings.at(-1) !== nowMs) sightings.push(nowMs);
    while (nowMs - sightings[0]! > SPAN_MS) sightings.shift();
    const since = this.#recent.filter((ptsMs) => ptsMs >= sightings[0]!).length;
    return sightings.length / Math.max(1, since);
  }

  /** Tracks that are gone are forgotten. */
  keepOnly(trackIds: ReadonlySet<number>): void {
    for (const trackId of this.#sightings.keys()) if (!trackIds.has(trackId)) this.#sightings.delete(trackId);
  }
}
