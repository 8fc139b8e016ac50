/** Two pictures further apart than this have a jump of the clock or a gap between them, milliseconds of media time. */
const LONGEST_STEP_MS = 1_000;
/** Times of pictures are rounded by camera and container. */
const TOLERANCE_MS = 2;

/**
 * Which pictures of a camera are looked at, when fewer are to be looked at than come: evenly spaced in media time, so
 * that what is measured of movement stays true, and no more than the rate that was granted. What is left out costs no
 * inference; the quality gate counts only what was looked at, and so knows the rate that is left.
 */
export class Pace {
  #stepMs = 0;
  #lastMs: number | undefined;
  #dueMs = 0;

  /** @param fps pictures per second to look at; undefined: all that come */
  grant(fps: number | undefined): void {
    this.#stepMs = fps === undefined ? 0 : 1_000 / fps;
    this.#dueMs = Math.min(this.#dueMs, (this.#lastMs ?? 0) + this.#stepMs);
  }

  /** Whether to look at this picture. To be asked once of each, in their order. */
  takes(ptsMs: number): boolean {
    const last = this.#lastMs;
    this.#lastMs = ptsMs;
    const isFresh = last === undefined || ptsMs <= last || ptsMs - last > LONGEST_STEP_MS;
    if (!isFresh && ptsMs < this.#dueMs - TOLERANCE_MS) return false;
    // What was missed is not made up for: at most one step is owed.
    this.#dueMs = Math.max(isFresh ? ptsMs : this.#dueMs, ptsMs - this.#stepMs) + this.#stepMs;
    return true;
  }
}
