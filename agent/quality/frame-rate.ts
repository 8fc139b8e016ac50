/** The rate is judged over this much media time. */
const SPAN_MS = 1_000;

/** How many pictures per second of media time are looked at, and in how many of them a face is there. */
export class FrameRate {
  #recent: number[] = [];
  readonly #sightings = new Map<number, number[]>();

  /** A picture, analysed or not, by its media time. A jump in time starts the measurement anew. */
  frame(ptsMs: number): void {
    const latest = this.#recent.at(-1);
    if (latest !== undefined && (ptsMs <= latest || ptsMs - latest > SPAN_MS)) {
      this.#recent = [];
      this.#sightings.clear();
    }
    this.#recent.push(ptsMs);
    while (ptsMs - this.#recent[0]! > SPAN_MS) this.#recent.shift();
  }

  /** Over the last second; 0 until half of it has been seen. */
  perSecond(): number {
    const spanMs = this.#recent.length < 2 ? 0 : this.#recent.at(-1)! - this.#recent[0]!;
    return spanMs < SPAN_MS / 2 ? 0 : ((this.#recent.length - 1) * 1000) / spanMs;
  }

  /** A face is in the latest picture. Returns the share of the last second's pictures it was in, 0..1, since its first. */
  seen(trackId: number): number {
    const nowMs = this.#recent.at(-1) ?? 0;
    const sightings = this.#sightings.get(trackId) ?? [];
    this.#sightings.set(trackId, sightings);
    if (sightings.at(-1) !== nowMs) sightings.push(nowMs);
    while (nowMs - sightings[0]! > SPAN_MS) sightings.shift();
    const since = this.#recent.filter((ptsMs) => ptsMs >= sightings[0]!).length;
    return sightings.length / since;
  }

  /** Tracks that are gone are forgotten. */
  keepOnly(trackIds: ReadonlySet<number>): void {
    for (const trackId of this.#sightings.keys()) if (!trackIds.has(trackId)) this.#sightings.delete(trackId);
  }
}
