import type { Moment } from '../domain/tokens.ts';

/**
 * The last `spanMs` of one face's tokens, oldest first. What falls out is overwritten: tokens describe a face, so none
 * may outlive the moment in which it is compared.
 */
export class TokenRing {
  readonly #spanMs: number;
  readonly #moments: Moment[] = [];

  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  get latest(): Moment | undefined {
    return this.#moments.at(-1);
  }

  push(moment: Moment): void {
    this.#moments.push(moment);
    while (this.#moments[0]!.ptsMs < moment.ptsMs - this.#spanMs) this.#drop();
  }

  /** The moment nearest to `ptsMs`, if one lies within `toleranceMs`. */
  nearest(ptsMs: number, toleranceMs: number): Moment | undefined {
    let best: Moment | undefined;
    for (const moment of this.#moments) {
      const distance = Math.abs(moment.ptsMs - ptsMs);
      if (distance <= toleranceMs && (best === undefined || distance < Math.abs(best.ptsMs - ptsMs)))
        best = moment;
    }
    return best;
  }

  clear(): void {
    while (this.#moments.length > 0) this.#drop();
  }

  #drop(): void {
    this.#moments.shift()?.tokens.fill(0);
  }
}
