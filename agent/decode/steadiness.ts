/** Further than this from the time that has passed, the time of a picture cannot be true, milliseconds. */
const MOST_JUMP_MS = 1_000;
/** Pictures on which the judgement rests. */
const SPAN = 50;
/** Of these, so many with an impossible step make a clock that cannot be used. One jump is forgiven. */
const MOST_JUMPS = 5;

/**
 * Do the times of pictures go on as time does? Where they do not, no face time is counted, because movement cannot be
 * told from a jump; so it must be said.
 */
export class Steadiness {
  #last: { readonly ptsMs: number; readonly arrivedMs: number } | undefined;
  #jumps: boolean[] = [];

  /** @param ptsMs time of the picture by the camera @param arrivedMs when it came, monotonic clock */
  note(ptsMs: number, arrivedMs: number): void {
    const last = this.#last;
    this.#last = { ptsMs, arrivedMs };
    if (last === undefined) return;
    const step = ptsMs - last.ptsMs;
    this.#jumps.push(step <= 0 || step > arrivedMs - last.arrivedMs + MOST_JUMP_MS);
    if (this.#jumps.length > SPAN) this.#jumps.shift();
  }

  get isSteady(): boolean {
    return this.#jumps.filter((jumped) => jumped).length <= MOST_JUMPS;
  }
}
