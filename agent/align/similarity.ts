import type { Point } from '../domain/geometry.ts';

/** u = a x - b y + tx, v = b x + a y + ty: rotation, uniform scale and translation. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

export const IDENTITY: Similarity = { a: 1, b: 0, tx: 0, ty: 0 };

/**
 * The similarity that takes `from` to `to` with the least squared error (Umeyama, "Least-squares estimation of
 * transformation parameters between two point patterns", PAMI 13(4), 1991; closed form for two dimensions, where it can
 * be written without a singular value decomposition and cannot mirror).
 *
 * @returns undefined when the points of `from` coincide
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity | undefined {
  const n = from.length;
  const mean = (points: readonly Point[], axis: 'x' | 'y') =>
    points.reduce((sum, point) => sum + point[axis], 0) / n;
  const [fx, fy, gx, gy] = [mean(from, 'x'), mean(from, 'y'), mean(to, 'x'), mean(to, 'y')];
  let spread = 0;
  let along = 0;
  let across = 0;
  from.forEach((p, i) => {
    const q = to[i]!;
    const [px, py, qx, qy] = [p.x - fx, p.y - fy, q.x - gx, q.y - gy];
    spread += px * px + py * py;
    along += px * qx + py * qy;
    across += px * qy - py * qx;
  });
  if (spread < 1e-9) return undefined;
  const a = along / spread;
  const b = across / spread;
  return { a, b, tx: gx - a * fx + b * fy, ty: gy - b * fx - a * fy };
}

export const apply = ({ a, b, tx, ty }: Similarity, { x, y }: Point): Point => ({
  x: a * x - b * y + tx,
  y: b * x + a * y + ty,
});

/** `outer` after `inner`. */
export function compose(outer: Similarity, inner: Similarity): Similarity {
  const { x: tx, y: ty } = apply(outer, { x: inner.tx, y: inner.ty });
  return { a: outer.a * inner.a - outer.b * inner.b, b: outer.b * inner.a + outer.a * inner.b, tx, ty };
}

export function invert({ a, b, tx, ty }: Similarity): Similarity {
  const squared = a * a + b * b;
  const ia = a / squared;
  const ib = -b / squared;
  return { a: ia, b: ib, tx: -(ia * tx - ib * ty), ty: -(ib * tx + ia * ty) };
}

export const scaleOf = ({ a, b }: Similarity): number => Math.hypot(a, b);

export const isFiniteSimilarity = ({ a, b, tx, ty }: Similarity): boolean => Number.isFinite(a + b + tx + ty);

/** Root mean square distance by which two similarities part over a disc about `centre`. */
export function apart(one: Similarity, other: Similarity, centre: Point, radius: number): number {
  const [p, q] = [apply(one, centre), apply(other, centre)];
  const linear = Math.hypot(one.a - other.a, one.b - other.b);
  // The mean of the squared distance from the centre of a disc is half its radius squared.
  return Math.hypot(p.x - q.x, p.y - q.y, linear * radius * Math.SQRT1_2);
}
