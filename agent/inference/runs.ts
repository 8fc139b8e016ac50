/** Places in the memory that both threads see. */
export const BEGUN = 0;
export const ENDED = 1;
export const PATIENCE_MS = 2;
export const CELLS = 3;

/** The first run of a network may plan it: TensorRT takes minutes for a new one. */
const FIRST_MS = 600_000;
/** A run takes milliseconds; this long, and it does not come back: a driver or a device hangs. */
const THEN_MS = 10_000;

/**
 * Which runs of networks have begun and ended, in memory that another thread can read: a run blocks the event loop, and
 * one that does not come back blocks it for good, so that nobody on this thread could say so.
 */
export class Runs {
  readonly cells = new Int32Array(new SharedArrayBuffer(4 * CELLS));

  /** The same function; whoever watches `cells` sees when it is called and when it has answered. */
  watched<A extends unknown[], R>(run: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
    let isFirst = true;
    return async (...args) => {
      Atomics.store(this.cells, PATIENCE_MS, isFirst ? FIRST_MS : THEN_MS);
      Atomics.add(this.cells, BEGUN, 1);
      try {
        return await run(...args);
      } finally {
        isFirst = false;
        Atomics.add(this.cells, ENDED, 1);
      }
    };
  }
}

/** Time that passed between two looks counts for no more than this: a machine that slept has not waited. */
const MOST_STEP_MS = 1_000;

/** Judges by what it sees of `cells` whether a run hangs. */
export class RunWatch {
  readonly #cells: Int32Array;
  #begun = 0;
  #ended = 0;
  #lookedMs: number | undefined;
  #awayMs = 0;

  constructor(cells: Int32Array) {
    this.#cells = cells;
  }

  /** To be asked at least once a second. @param nowMs monotonic clock @returns a run has been away longer than it may */
  hangs(nowMs: number): boolean {
    const begun = Atomics.load(this.#cells, BEGUN);
    const ended = Atomics.load(this.#cells, ENDED);
    const isSame = begun !== ended && begun === this.#begun && ended === this.#ended;
    this.#awayMs = isSame ? this.#awayMs + Math.min(nowMs - (this.#lookedMs ?? nowMs), MOST_STEP_MS) : 0;
    this.#begun = begun;
    this.#ended = ended;
    this.#lookedMs = nowMs;
    return this.#awayMs > Atomics.load(this.#cells, PATIENCE_MS);
  }
}
