/** A loop that has not come round for this long hangs: in a file system that does not answer, or in a defect of ours. */
const LOOP_MS = 30_000;
/** Silent camera processes are killed after 20 s and started again after at most 30 s more, with jitter. */
const CAMERAS_MS = 180_000;
/** Windows close one after the other; after a clock that was set back by two of them there is none to close for three. */
const MOST_WINDOWS = 3;

export type Stuck = 'capture' | 'releases' | 'windows' | 'cameras';

/**
 * Is the daemon getting on with its work? This, and not that a timer still fires, feeds the watchdog of the service.
 *
 * A camera process speaks every second: while pictures arrive it says how many it has looked at, and while none do, why.
 * A camera that is off, or that refuses a password, is therefore no reason to start the whole daemon again, which would
 * not help and would lose the open windows; that no camera process gets on any more, over several of their own restarts,
 * is one.
 */
export class Progress {
  readonly #upMs: () => number;
  readonly #windowsMs: number;
  #captureUpMs: number;
  #releasesUpMs: number;
  #windowUpMs: number;
  #camerasUpMs: number;

  constructor(upMs: () => number, windowMs: number) {
    this.#upMs = upMs;
    this.#windowsMs = MOST_WINDOWS * windowMs + LOOP_MS;
    this.#captureUpMs = this.#releasesUpMs = this.#windowUpMs = this.#camerasUpMs = upMs();
  }

  /** Pauses, papers and hours have been looked at. */
  looked(): void {
    this.#captureUpMs = this.#upMs();
  }

  /** Windows that were due are closed, and what they release is in the ledger. */
  released(): void {
    this.#releasesUpMs = this.#upMs();
  }

  /** A window was over, and has been closed. */
  closed(): void {
    this.#windowUpMs = this.#upMs();
  }

  /** A camera process gets on with its work; also to be called while none is to run. */
  heard(): void {
    this.#camerasUpMs = this.#upMs();
  }

  get stuck(): Stuck | undefined {
    const now = this.#upMs();
    if (now - this.#captureUpMs > LOOP_MS) return 'capture';
    if (now - this.#releasesUpMs > LOOP_MS) return 'releases';
    if (now - this.#windowUpMs > this.#windowsMs) return 'windows';
    return now - this.#camerasUpMs > CAMERAS_MS ? 'cameras' : undefined;
  }
}
