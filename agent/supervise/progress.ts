/** A loop that has not come round for this long hangs: in a file system that does not answer, or in a defect of ours. */
const LOOP_MS = 30_000;
/** Silent camera processes are killed after 20 s and started again after at most 30 s more, with jitter. */
const CAMERAS_MS = 180_000;

export type Stuck = 'capture' | 'releases' | 'cameras';

/**
 * Is the daemon getting on with its work? This, and not that a timer still fires, feeds the watchdog of the service.
 *
 * A camera process speaks every second while pictures arrive, and while it knows why none do. A camera that is off, or
 * that refuses a password, is therefore no reason to start the whole daemon again, which would not help and would lose
 * the open windows; that no camera process says anything any more, over several of their own restarts, is one.
 */
export class Progress {
  readonly #upMs: () => number;
  #captureUpMs: number;
  #releasesUpMs: number;
  #camerasUpMs: number;

  constructor(upMs: () => number) {
    this.#upMs = upMs;
    this.#captureUpMs = this.#releasesUpMs = this.#camerasUpMs = upMs();
  }

  /** Pauses, papers and hours have been looked at. */
  looked(): void {
    this.#captureUpMs = this.#upMs();
  }

  /** Windows that were due are closed, and what they release is in the ledger. */
  released(): void {
    this.#releasesUpMs = this.#upMs();
  }

  /** A camera process has told how it is; also to be called while none is to run. */
  heard(): void {
    this.#camerasUpMs = this.#upMs();
  }

  get stuck(): Stuck | undefined {
    const now = this.#upMs();
    if (now - this.#captureUpMs > LOOP_MS) return 'capture';
    if (now - this.#releasesUpMs > LOOP_MS) return 'releases';
    return now - this.#camerasUpMs > CAMERAS_MS ? 'cameras' : undefined;
  }
}
