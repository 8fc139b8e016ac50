import t, { type Test } from 'tap';
import { discreteLaplace, interval95, rate } from '../../agent/aggregate/discrete-laplace.ts';
import { above, type Cells, limitExceededBy, sumOf, trimmed } from '../../agent/privacy/plan/cells.ts';
import { decay, halfWidth95, noiseOf, noiseOfTotal } from '../../agent/privacy/plan/noise.ts';
import { bytesFrom } from './sampler.ts';

const RULES = {
  noise: 'discrete-laplace' as const,
  slotsPerTrack: 3,
  assumedTracksPerPerson: 4,
  epsilonPerWindow: 1,
};
const at = ({ first, step, mass }: Cells, value: number) => mass[Math.round((value - first) / step)] ?? 0;
const total = ({ mass }: Cells) => mass.reduce((sum, p) => sum + p, 0);
const near = (t: Test, a: number, b: number, within: number, what: string) =>
  t.ok(Math.abs(a - b) <= within, `${what}: ${a} and ${b}`);

/** The law as it is written down, to the last bit that counts. */
const law = (q: number, z: number) => ((1 - q) / (1 + q)) * q ** Math.abs(z);

/** Sum of `n` draws by the plainest convolution there is. */
function plainSum(q: number, n: number, reach: number): Map<number, number> {
  let sum = new Map([[0, 1]]);
  for (let i = 0; i < n; i++) {
    const next = new Map<number, number>();
    for (const [a, p] of sum)
      for (let z = -reach; z <= reach; z++) next.set(a + z, (next.get(a + z) ?? 0) + p * law(q, z));
    sum = next;
  }
  return sum;
}

t.test('one draw: the law of the sampler', async (t) => {
  const q = decay(RULES);
  near(t, q, Math.exp(-1 / 12), 1e-12, 'q');
  const cells = noiseOf(q);
  near(t, total(cells), 1, 1e-11, 'sum');
  for (const z of [-200, -37, -1, 0, 1, 2, 36, 150]) near(t, at(cells, z), law(q, z), 1e-15, `P(${z})`);
});

t.test('values taken together keep their mass exactly', async (t) => {
  const q = decay({ ...RULES, epsilonPerWindow: 0.1 });
  const cells = noiseOf(q, 20);
  t.ok(cells.step > 1 && cells.step % 2 === 1, `${cells.step} values a cell`);
  const half = (cells.step - 1) / 2;
  for (const j of [-3, 0, 1, 10]) {
    let sum = 0;
    for (let z = j * cells.step - half; z <= j * cells.step + half; z++) sum += law(q, z);
    near(t, at(cells, j * cells.step), sum, 1e-14, `cell ${j}`);
  }
});

t.test('sums, against a convolution by hand', async (t) => {
  const q = Math.exp(-1 / 2);
  for (const n of [2, 4, 7]) {
    const sum = sumOf(noiseOf(q), n);
    near(t, total(sum), 1, 1e-9, `sum of ${n}`);
    for (const [z, p] of plainSum(q, n, 40))
      if (Math.abs(z) < 25) near(t, at(sum, z), p, 1e-9, `${n}: P(${z})`);
  }
  t.same(sumOf(noiseOf(0), 4), { first: 0, step: 1, mass: Float64Array.of(1) }, 'no noise stays none');
});

t.test('the interval of one count is that of the message, and covers what it says', async (t) => {
  for (const epsilonPerWindow of [0.3, 1, 4, 20]) {
    const rules = { ...RULES, epsilonPerWindow };
    const h = halfWidth95(rules, 1);
    t.equal(h, interval95(epsilonPerWindow, 12));
    const cells = noiseOf(decay(rules));
    const inside = (n: number) => 1 - 2 * above(cells, n);
    t.ok(inside(h) >= 0.95 && (h === 0 || inside(h - 1) < 0.95), `epsilon ${epsilonPerWindow}: ± ${h}`);
  }
  t.equal(halfWidth95({ ...RULES, noise: 'none' }, 10), 0);
});

t.test('the interval of a sum covers 95 % of what the real sampler draws', async (t) => {
  const seed = 4711;
  t.comment(`seed ${seed}`);
  const random = bytesFrom(seed);
  const { s, t: scale } = rate(1, 12);
  const [windows, tries] = [8, 3000];
  const h = halfWidth95(RULES, windows);
  let inside = 0;
  for (let i = 0; i < tries; i++) {
    let sum = 0;
    for (let k = 0; k < windows; k++) sum += discreteLaplace(s, scale, random);
    if (Math.abs(sum) <= h) inside++;
  }
  // Four standard deviations of the share.
  near(t, inside / tries, 0.95, 4 * Math.sqrt((0.95 * 0.05) / tries), `share within ± ${h}`);
  near(t, h, 1.96 * Math.sqrt(windows) * 16.95, 6, 'and near the normal law');
});

t.test('limits', async (t) => {
  const cells = noiseOfTotal(decay(RULES));
  const limit = limitExceededBy(cells, 0.05);
  t.ok(above(cells, limit) <= 0.05 && above(cells, limit - 1) > 0.05, `${limit}`);
  const ends = trimmed(cells, 1e-3);
  t.ok(ends.mass.length < cells.mass.length / 2);
  near(t, above(ends, 10), above(cells, 10), 1e-3, 'and little is lost');
});
