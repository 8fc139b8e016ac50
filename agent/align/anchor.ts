import type { Template } from '../domain/face.ts';
import type { Point } from '../domain/geometry.ts';
import { OneEuro } from './one-euro.ts';
import { apart, compose, fitSimilarity, IDENTITY, type Similarity } from './similarity.ts';

export const POINTS = ['leftEye', 'rightEye', 'nose', 'mouth'] as const;

/** As long as nothing has been compared yet the crop goes where the landmarks say ... */
const SETTLE_MS = 600;
/** ... later it stays where it is while they say it is off by less than this, crop px of 112 ... */
const TOLERATED_PX = 2.5;
/** ... and else goes there at this pace, crop px of 112 per second: within the longest lag no more than noise. */
const PACE_PX_S = 0.4;

/**
 * Landmarks are filtered where they hardly move: in the coordinates of the reference, from which head motion is gone. The
 * cut-off can then be far below what a moving head would bear.
 */
const FILTER = { minCutoffHz: 0.25, beta: 0.02, speedCutoffHz: 1 };

/** Follows one point. */
export interface PointFilter {
  readonly value: Point;
  /** @param seconds since the last point, above 0 */
  push(point: Point, seconds: number): void;
}

/** A filter that begins at `first`. */
export type Smoothing = (first: Point) => PointFilter;

const oneEuro: Smoothing = (first) => new OneEuro(first, FILTER);

/** A detector's landmarks lie far off now and then, for a frame or two; the median of so many frames does not. */
const MEDIAN_FRAMES = 5;

/** Where in the canonical crop a track's reference lies: one similarity, constant but for a slow pull to the landmarks. */
export class Anchor {
  readonly #template: readonly Point[];
  readonly #centre: Point;
  readonly #unit: number;
  #filters: PointFilter[] = [];
  readonly #recent: (readonly Point[])[] = [];
  #ageMs = 0;
  #transform = IDENTITY;
  #movedPx = 0;
  #offPx = 0;

  readonly #smoothing: Smoothing;

  constructor(template: Template, sizePx: number, smoothing: Smoothing = oneEuro) {
    this.#smoothing = smoothing;
    this.#template = POINTS.map((name) => ({ x: template[name][0], y: template[name][1] }));
    this.#centre = { x: sizePx / 2, y: sizePx / 2 };
    this.#unit = sizePx / 112;
  }

  /** Reference to crop. */
  get transform(): Similarity {
    return this.#transform;
  }

  /** Crop px by which the last step moved the crop. */
  get movedPx(): number {
    return this.#movedPx;
  }

  /** Crop px by which the landmarks say the crop is in the wrong place. */
  get offPx(): number {
    return this.#offPx;
  }

  /** Filtered landmarks in the coordinates of the reference, in the order of POINTS. */
  get landmarks(): Point[] {
    return this.#filters.map(({ value }) => value);
  }

  /** @param points the landmarks of a frame in the coordinates of the reference, in the order of POINTS */
  push(points: readonly Point[], passedMs: number): void {
    this.#recent.push(points);
    if (this.#recent.length > MEDIAN_FRAMES) this.#recent.shift();
    points.forEach((_, i) => {
      const middle = {
        x: median(this.#recent.map((each) => each[i]!.x)),
        y: median(this.#recent.map((each) => each[i]!.y)),
      };
      const filter = this.#filters[i];
      if (filter === undefined) this.#filters[i] = this.#smoothing(middle);
      else filter.push(middle, passedMs / 1000);
    });
    this.#ageMs += passedMs;
    const wanted = fitSimilarity(this.landmarks, this.#template);
    this.#movedPx = 0;
    if (wanted === undefined) return;
    const off = this.#distance(this.#transform, wanted);
    this.#offPx = off;
    const step =
      this.#ageMs <= SETTLE_MS
        ? off
        : off > TOLERATED_PX * this.#unit
          ? (PACE_PX_S * this.#unit * passedMs) / 1000
          : 0;
    if (step === 0) return;
    const next = towards(this.#transform, wanted, Math.min(1, step / off), this.#centre);
    this.#movedPx = this.#distance(this.#transform, next);
    this.#transform = next;
  }

  #distance(one: Similarity, other: Similarity): number {
    return apart(one, other, this.#centre, 40 * this.#unit);
  }
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

/** A share of the way from one similarity to another, as seen at `pivot`. */
function towards(from: Similarity, to: Similarity, share: number, pivot: Point): Similarity {
  const mix = (a: number, b: number) => a + (b - a) * share;
  const a = mix(from.a, to.a);
  const b = mix(from.b, to.b);
  const at = (s: Similarity) => compose(s, { ...IDENTITY, tx: pivot.x, ty: pivot.y });
  const [p, q] = [at(from), at(to)];
  return {
    a,
    b,
    tx: mix(p.tx, q.tx) - (a * pivot.x - b * pivot.y),
    ty: mix(p.ty, q.ty) - (b * pivot.x + a * pivot.y),
  };
}
