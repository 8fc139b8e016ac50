/**
 * The zones of a plant whose configuration may change. What is new counts from the next window on: a window is one zone
 * with one head count from its beginning to its end, or its message would say of people what holds for others. Only a
 * head count that has become lower is believed at once.
 */
export class Zones {
  #declared: ReadonlyMap<string, number>;
  #counted: ReadonlyMap<string, number>;

  /** @param declared head counts, by zone id */
  constructor(declared: ReadonlyMap<string, number>) {
    this.#declared = this.#counted = declared;
  }

  declare(declared: ReadonlyMap<string, number>): void {
    this.#declared = declared;
  }

  /** A window has closed. */
  turn(): void {
    this.#counted = this.#declared;
  }

  /** Of the window that runs: zones and their head counts. */
  get headCounts(): ReadonlyMap<string, number> {
    if (this.#counted === this.#declared) return this.#counted;
    return new Map(
      [...this.#counted].map(([id, headCount]) => [
        id,
        Math.min(headCount, this.#declared.get(id) ?? headCount),
      ]),
    );
  }
}
