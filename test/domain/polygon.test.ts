import t from 'tap';
import { contains, type Point, type Polygon } from '../../agent/domain/geometry.ts';
import { area, selfCrossing, zonesOverlap } from '../../agent/domain/polygon.ts';
import { seeded } from '../support/random.ts';

const SEED = 20261124;
t.comment(`seed ${SEED}`);

const at = (...corners: readonly (readonly [number, number])[]): Polygon =>
  corners.map(([x, y]) => ({ x, y }));
const box = (x: number, y: number, w: number, h: number): Polygon =>
  at([x, y], [x + w, y], [x + w, y + h], [x, y + h]);

const U = at([0, 0], [0.9, 0], [0.9, 0.9], [0.6, 0.9], [0.6, 0.3], [0.3, 0.3], [0.3, 0.9], [0, 0.9]);

t.test('zones that share area, and zones that only touch', async (t) => {
  const cases: readonly [string, Polygon, Polygon, boolean][] = [
    ['the same', box(0.1, 0.1, 0.3, 0.3), box(0.1, 0.1, 0.3, 0.3), true],
    ['the same, other way round', box(0.1, 0.1, 0.3, 0.3), [...box(0.1, 0.1, 0.3, 0.3)].reverse(), true],
    ['a shared edge', box(0, 0, 0.5, 1), box(0.5, 0, 0.5, 1), false],
    ['part of an edge', box(0, 0, 0.5, 1), box(0.5, 0.3, 0.5, 0.3), false],
    ['a shared corner', box(0, 0, 0.5, 0.5), box(0.5, 0.5, 0.5, 0.5), false],
    ['one inside the other', box(0, 0, 1, 1), box(0.4, 0.4, 0.2, 0.2), true],
    ['inside, sharing an edge', box(0, 0, 1, 1), box(0, 0.4, 0.2, 0.2), true],
    ['inside, all corners on the edge', box(0, 0, 1, 1), at([0.5, 0], [1, 0.5], [0.5, 1], [0, 0.5]), true],
    ['a cross, no corner inside', box(0.4, 0, 0.2, 1), box(0, 0.4, 1, 0.2), true],
    ['a cross with flush ends', box(0.4, 0, 0.2, 1), box(0, 0, 1, 1), true],
    ['in the bay of a U', U, box(0.35, 0.4, 0.2, 0.4), false],
    ['filling the bay of a U', U, box(0.3, 0.3, 0.3, 0.6), false],
    ['through the arms of a U', U, box(0.1, 0.5, 0.7, 0.2), true],
    ['a triangle edge cut in two', at([0, 0], [1, 0], [0, 1]), at([1, 0], [1, 1], [0.33, 0.67]), false],
    ['by a hundredth', box(0, 0, 0.5, 1), box(0.49, 0, 0.5, 1), true],
    ['by rounding only', box(0, 0, 0.1 + 0.2, 1), box(0.3, 0, 0.5, 1), false],
    ['apart', box(0, 0, 0.2, 0.2), box(0.7, 0.7, 0.2, 0.2), false],
  ];
  for (const [name, a, b, expected] of cases) {
    t.equal(zonesOverlap(a, b), expected, name);
    t.equal(zonesOverlap(b, a), expected, `${name}, the other way`);
  }
});

t.test('outlines that are no simple ones', async (t) => {
  const cases: readonly [string, Polygon, boolean][] = [
    ['square', box(0, 0, 1, 1), false],
    ['triangle', at([0, 0], [1, 0], [0, 1]), false],
    ['U', U, false],
    ['corner in the middle of an edge', at([0, 0], [0.5, 0], [1, 0], [1, 1]), false],
    ['bow tie', at([0, 0], [1, 1], [1, 0], [0, 1]), true],
    ['spike', at([0, 0], [1, 0], [0.5, 0], [0.5, 1]), true],
    ['closed by hand', [...box(0, 0, 1, 1), { x: 0, y: 0 }], true],
    ['a line', at([0, 0], [0.5, 0.5], [1, 1]), true],
    ['a point', at([0.5, 0.5], [0.5, 0.5], [0.5, 0.5]), true],
    [
      'two squares by a corner',
      at([0, 0], [0.5, 0], [0.5, 0.5], [1, 0.5], [1, 1], [0.5, 1], [0.5, 0.5], [0, 0.5]),
      true,
    ],
    ['corner on a far edge', at([0, 0], [1, 0], [1, 1], [0.5, 0], [0, 1]), true],
  ];
  for (const [name, polygon, expected] of cases) t.equal(selfCrossing(polygon), expected, name);
});

t.test('area', async (t) => {
  t.equal(area(box(0, 0, 0.5, 0.5)), 0.25);
  t.ok(Math.abs(area(U) - 0.63) < 1e-12);
  t.equal(area([]), 0);
});

/** Corners by angle around a centre: always simple, mostly not convex. */
function star(random: () => number): Polygon {
  const n = 3 + Math.floor(random() * 7);
  const centre = { x: 0.3 + 0.4 * random(), y: 0.3 + 0.4 * random() };
  return Array.from({ length: n }, (_, i) => {
    const angle = ((i + 0.8 * random()) / n) * 2 * Math.PI;
    const radius = 0.05 + 0.2 * random();
    return { x: centre.x + radius * Math.cos(angle), y: centre.y + radius * Math.sin(angle) };
  });
}

/** Convex polygons share area exactly when no edge of either separates them (separating axis theorem). */
function convexOverlap(a: Polygon, b: Polygon): boolean {
  for (const polygon of [a, b])
    for (let i = 0; i < polygon.length; i++) {
      const from = polygon[i]!;
      const to = polygon[(i + 1) % polygon.length]!;
      const along = ({ x, y }: Point) => (to.y - from.y) * x - (to.x - from.x) * y;
      const [pa, pb] = [a.map(along), b.map(along)];
      if (Math.max(...pa) <= Math.min(...pb) + 1e-5 || Math.max(...pb) <= Math.min(...pa) + 1e-5)
        return false;
    }
  return true;
}

t.test('boxes on a grid: as their intervals say', async (t) => {
  const random = seeded(SEED);
  const side = () => Math.floor(random() * 8) / 10;
  const size = () => (1 + Math.floor(random() * 3)) / 10;
  let overlaps = 0;
  for (let i = 0; i < 2000; i++) {
    const [ax, ay, aw, ah, bx, by, bw, bh] = [side(), side(), size(), size(), side(), side(), size(), size()];
    const shared = (p: number, pw: number, q: number, qw: number) =>
      Math.min(p + pw, q + qw) - Math.max(p, q);
    const expected = shared(ax, aw, bx, bw) > 1e-9 && shared(ay, ah, by, bh) > 1e-9;
    if (expected) overlaps++;
    if (zonesOverlap(box(ax, ay, aw, ah), box(bx, by, bw, bh)) !== expected)
      t.fail(`boxes ${[ax, ay, aw, ah]} and ${[bx, by, bw, bh]}`);
  }
  t.ok(overlaps > 200 && overlaps < 1800, `${overlaps} of 2000 overlap`);
});

t.test('triangles: as the separating axis theorem says', async (t) => {
  const random = seeded(SEED + 1);
  const triangle = (): Polygon => [0, 1, 2].map(() => ({ x: random() * 0.6, y: random() * 0.6 }));
  let overlaps = 0;
  let judged = 0;
  for (let i = 0; i < 3000; i++) {
    const [a, b] = [triangle(), triangle()];
    if (area(a) < 1e-3 || area(b) < 1e-3) continue;
    judged++;
    const expected = convexOverlap(a, b);
    if (expected) overlaps++;
    if (zonesOverlap(a, b) !== expected) t.fail(JSON.stringify([a, b]));
  }
  t.ok(overlaps > 500 && judged - overlaps > 500, `${overlaps} of ${judged} overlap`);
});

t.test(
  'stars: symmetric, indifferent to where the outline starts, and never blind to shared points',
  async (t) => {
    const random = seeded(SEED + 2);
    let seen = 0;
    for (let i = 0; i < 400; i++) {
      const [a, b] = [star(random), star(random)];
      if (selfCrossing(a) || selfCrossing(b)) t.fail(`a star crosses itself: ${JSON.stringify([a, b])}`);
      const overlap = zonesOverlap(a, b);
      const turned = [...b.slice(1), b[0]!];
      if (zonesOverlap(b, a) !== overlap || zonesOverlap(a, [...turned].reverse()) !== overlap)
        t.fail(`depends on order: ${JSON.stringify([a, b])}`);
      const shared = Array.from({ length: 300 }, () => ({ x: random(), y: random() })).some(
        (point) => contains(a, point) && contains(b, point),
      );
      if (shared) seen++;
      if (shared && !overlap) t.fail(`a shared point is missed: ${JSON.stringify([a, b])}`);
    }
    t.ok(seen > 50 && seen < 350, `${seen} of 400 share a sampled point`);
  },
);

t.test(
  'a place belongs to one of two zones that share an edge, and never to both, however the edge runs',
  async (t) => {
    const random = seeded(SEED + 3);
    let [onEdge, shared, lost] = [0, 0, 0];
    for (let round = 0; round < 2000; round++) {
      const bottom = random();
      const top = random();
      const from = { x: top, y: 0 };
      const to = { x: bottom, y: 1 };
      const left: Polygon = [{ x: 0, y: 0 }, from, to, { x: 0, y: 1 }];
      // The other runs along the edge the other way round, as somebody would draw it.
      const right: Polygon = [{ x: 1, y: 0 }, { x: 1, y: 1 }, to, from];
      for (const share of [random(), random(), random(), 0.5, 0.25]) {
        const p = { x: from.x + (to.x - from.x) * share, y: share };
        const inside = Number(contains(left, p)) + Number(contains(right, p));
        onEdge++;
        if (inside > 1) shared++;
        if (inside < 1) lost++;
      }
    }
    t.equal(shared, 0, `of ${onEdge} places on the edge`);
    t.equal(lost, 0, `of ${onEdge} places on the edge`);
  },
);
