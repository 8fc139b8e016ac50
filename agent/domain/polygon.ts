import { contains, type Point, type Polygon } from './geometry.ts';

/**
 * Closer than this is the same place, in fractions of the picture: a two-hundredth of a pixel of a 4K frame. It lets
 * zones share a slanting edge although the corner of one on the edge of the other is a rounded number.
 */
const SAME = 1e-6;

const cross = (o: Point, a: Point, b: Point): number => (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);

const between = (a: Point, b: Point, t: number): Point => ({
  x: a.x + (b.x - a.x) * t,
  y: a.y + (b.y - a.y) * t,
});

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

/** Enclosed area by the shoelace formula, in squared units of the points; meaningless for a polygon that crosses itself. */
export function area(polygon: Polygon): number {
  const origin = polygon[0];
  if (origin === undefined) return 0;
  let twice = 0;
  for (let i = 1; i + 1 < polygon.length; i++) twice += cross(origin, polygon[i]!, polygon[i + 1]!);
  return Math.abs(twice) / 2;
}

function* edges(polygon: Polygon): Generator<readonly [Point, Point]> {
  for (let i = 0; i < polygon.length; i++) yield [polygon[i]!, polygon[(i + 1) % polygon.length]!];
}

/** Where on the edge a..b, as 0..1, the point nearest to p lies. */
function nearest(a: Point, b: Point, p: Point): number {
  const length2 = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
  if (length2 === 0) return 0;
  const t = ((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / length2;
  return Math.min(1, Math.max(0, t));
}

const touches = (a: Point, b: Point, p: Point): boolean =>
  distance(between(a, b, nearest(a, b, p)), p) <= SAME;

/** Where on a..b, as 0..1, the segment c..d crosses it; undefined when they are parallel or apart. */
function crossing(a: Point, b: Point, c: Point, d: Point): number | undefined {
  const ca = cross(c, d, a);
  const cb = cross(c, d, b);
  const ac = cross(a, b, c);
  const ad = cross(a, b, d);
  if (ca > 0 === cb > 0 || ac > 0 === ad > 0 || ca === cb) return undefined;
  return ca / (ca - cb);
}

const meet = (a: Point, b: Point, c: Point, d: Point): boolean =>
  crossing(a, b, c, d) !== undefined ||
  touches(a, b, c) ||
  touches(a, b, d) ||
  touches(c, d, a) ||
  touches(c, d, b);

/**
 * Is the outline anything but a simple one: do two of its edges cross or touch, does an edge fold back on the one
 * before it, is a corner repeated? Points are fractions of the picture.
 */
export function selfCrossing(polygon: Polygon): boolean {
  const all = [...edges(polygon)];
  const n = all.length;
  for (let i = 0; i < n; i++) {
    const [a, b] = all[i]!;
    const [, after] = all[(i + 1) % n]!;
    // Neighbours share a corner; they may share nothing else.
    if (distance(a, b) <= SAME || touches(a, b, after) || touches(b, after, a)) return true;
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue;
      const [c, d] = all[j]!;
      if (meet(a, b, c, d)) return true;
    }
  }
  return false;
}

function strictlyInside(polygon: Polygon, p: Point): boolean {
  if (!contains(polygon, p)) return false;
  for (const [a, b] of edges(polygon)) if (touches(a, b, p)) return false;
  return true;
}

/** Does any stretch of the outline of `a` run through the interior of `b`? Between two contacts a stretch is all in or all out. */
function entersInterior(a: Polygon, b: Polygon): boolean {
  for (const [from, to] of edges(a)) {
    const cuts = [0, 1];
    for (const [c, d] of edges(b)) {
      const t = crossing(from, to, c, d);
      if (t !== undefined) cuts.push(t);
      if (touches(from, to, c)) cuts.push(nearest(from, to, c));
    }
    cuts.sort((left, right) => left - right);
    for (let i = 0; i + 1 < cuts.length; i++)
      if (strictlyInside(b, between(from, to, (cuts[i]! + cuts[i + 1]!) / 2))) return true;
  }
  return false;
}

/** A point well inside a simple polygon: the middle of the widest stretch halfway between two rows of corners. */
function innerPoint(polygon: Polygon): Point | undefined {
  const rows = [...new Set(polygon.map(({ y }) => y))].sort((a, b) => a - b);
  let best: { point: Point; room: number } | undefined;
  for (let i = 0; i + 1 < rows.length; i++) {
    const y = (rows[i]! + rows[i + 1]!) / 2;
    const xs: number[] = [];
    for (const [a, b] of edges(polygon))
      if (a.y > y !== b.y > y) xs.push(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x));
    xs.sort((a, b) => a - b);
    for (let k = 0; k + 1 < xs.length; k += 2) {
      const room = Math.min(xs[k + 1]! - xs[k]!, rows[i + 1]! - rows[i]!);
      if (best === undefined || room > best.room) best = { point: { x: (xs[k]! + xs[k + 1]!) / 2, y }, room };
    }
  }
  return best?.point;
}

/**
 * Do the interiors of two simple polygons share area? Touching corners and edges are allowed. Points are fractions of
 * the picture; slivers thinner than a millionth of it count as touching.
 */
export function zonesOverlap(a: Polygon, b: Polygon): boolean {
  if (entersInterior(a, b) || entersInterior(b, a)) return true;
  // No outline enters the other: they are apart, or one and the same.
  const inA = innerPoint(a);
  const inB = innerPoint(b);
  return (inA !== undefined && strictlyInside(b, inA)) || (inB !== undefined && strictlyInside(a, inB));
}
