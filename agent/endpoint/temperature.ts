/** Coarser than what a few faces more or less do to a processor. */
const STEP_C = 20;
const HOUR_MS = 3_600_000;

/**
 * The hottest of the last hour, rounded up to 20 degrees. Heat follows load, and load follows faces; as it is told, it
 * says whether the box needs air, and next to nothing about who stands before it.
 */
export class Temperature {
  #samples: { readonly upMs: number; readonly c: number }[] = [];

  add(c: number | undefined, upMs: number): void {
    if (c !== undefined) this.#samples.push({ upMs, c });
    this.#samples = this.#samples.filter((sample) => upMs - sample.upMs < HOUR_MS);
  }

  get hottestC(): number | undefined {
    if (this.#samples.length === 0) return undefined;
    return Math.ceil(Math.max(...this.#samples.map(({ c }) => c)) / STEP_C) * STEP_C;
  }
}
