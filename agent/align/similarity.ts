import type { Point } from '../domain/geometry.ts';

/** u = a x - b y + tx, v = b x + a y + ty: rotation, uniform scale and translation. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

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

export function invert({ a, b, tx, ty }: Similarity): Similarity {
  const squared = a * a + b * b;
  const ia = a / squared;
  const ib = -b / squared;
  return { a: ia, b: ib, tx: -(ia * tx - ib * ty), ty: -(ib * tx + ia * ty) };
}
