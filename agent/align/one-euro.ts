import type { Point } from '../domain/geometry.ts';

export interface OneEuroOptions {
  /** Cut-off of the filter for a point at rest, Hz. */
  readonly minCutoffHz: number;
  /** How much the cut-off rises with speed, Hz per (px/s). */
  readonly beta: number;
  /** Cut-off of the filter of the speed itself, Hz. */
  readonly speedCutoffHz: number;
}

const share = (cutoffHz: number, seconds: number): number => {
  const turn = 2 * Math.PI * cutoffHz * seconds;
  return turn / (turn + 1);
};

/**
 * The One-Euro filter for a point (Casiez, Roussel, Vogel, "1 Euro filter: a simple speed-based low-pass filter for noisy
 * input in interactive systems", CHI 2012): the slower it moves, the more its tremble is smoothed. Speed is that of the
 * point, not of each coordinate, so that the filter does not depend on the direction of the axes.
 */
export class OneEuro {
  readonly #options: OneEuroOptions;
  #raw: Point;
  #value: Point;
  #speed: Point = { x: 0, y: 0 };
  #count = 1;

  constructor(first: Point, options: OneEuroOptions) {
    this.#raw = first;
    this.#value = first;
    this.#options = options;
  }

  get value(): Point {
    return this.#value;
  }

  /** @param seconds since the last point, above 0 */
  push(point: Point, seconds: number): Point {
    const { minCutoffHz, beta, speedCutoffHz } = this.#options;
    const towards = (from: Point, to: Point, part: number): Point => ({
      x: from.x + (to.x - from.x) * part,
      y: from.y + (to.y - from.y) * part,
    });
    this.#count++;
    const measured = { x: (point.x - this.#raw.x) / seconds, y: (point.y - this.#raw.y) / seconds };
    this.#speed = towards(this.#speed, measured, share(speedCutoffHz, seconds));
    this.#raw = point;
    const cutoffHz = minCutoffHz + beta * Math.hypot(this.#speed.x, this.#speed.y);
    // At first a plain mean: with so few points there is nothing that a long memory could know.
    this.#value = towards(this.#value, point, Math.max(share(cutoffHz, seconds), 1 / this.#count));
    return this.#value;
  }
}
