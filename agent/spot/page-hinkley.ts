/** Changes of the mean smaller than this are none. */
const TOLERANCE = 0.15;
/** How much must have added up beyond it. */
const ALARM = 8;

/**
 * Tells when the mean of a series has changed, up or down (Page, "Continuous inspection schemes", Biometrika 41, 1954;
 * Hinkley 1971), against its own mean so far. In units of the series; here octaves: noise that doubles is told after
 * about ten values.
 */
export class PageHinkley {
  #count = 0;
  #mean = 0;
  #up = 0;
  #down = 0;

  /** Returns true when the change is certain; then begin with a new one. */
  push(value: number): boolean {
    this.#count++;
    this.#mean += (value - this.#mean) / this.#count;
    this.#up = Math.max(0, this.#up + value - this.#mean - TOLERANCE);
    this.#down = Math.max(0, this.#down - value + this.#mean - TOLERANCE);
    return this.#up > ALARM || this.#down > ALARM;
  }
}
