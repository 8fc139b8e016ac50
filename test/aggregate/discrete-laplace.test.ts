import t from 'tap';
import { discreteLaplace, interval95, rate, uniformBelow } from '../../agent/aggregate/discrete-laplace.ts';
import { seeded } from '../support/random.ts';

const bytesFrom = (seed: number) => {
  const random = seeded(seed);
  return (count: number) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256));
};

t.test('the samples have the distribution that is claimed (chi-square)', async (t) => {
  const [epsilon, sensitivity, draws] = [1, 3, 30_000];
  const { s, t: scale } = rate(epsilon, sensitivity);
  const random = bytesFrom(11);
  const seen = new Map<number, number>();
  for (let i = 0; i < draws; i++) {
    const z = discreteLaplace(s, scale, random);
    seen.set(z, (seen.get(z) ?? 0) + 1);
  }
  const q = Math.exp(-epsilon / sensitivity);
  let chi = 0;
  let inside = 0;
  for (let z = -10; z <= 10; z++) {
    const expected = draws * ((1 - q) / (1 + q)) * q ** Math.abs(z);
    chi += ((seen.get(z) ?? 0) - expected) ** 2 / expected;
    inside += seen.get(z) ?? 0;
  }
  // 20 degrees of freedom: 45.3 is exceeded once in a thousand.
  t.ok(chi < 45.3, `chi-square ${chi}`);
  t.ok(inside < draws, 'and it has tails');
  const h = interval95(epsilon, sensitivity);
  const covered = [...seen].reduce((sum, [z, n]) => sum + (Math.abs(z) <= h ? n : 0), 0) / draws;
  t.ok(covered >= 0.945 && covered < 0.98, `${h} covers ${covered}`);
});

t.test('uniform below any bound, without bias at the upper end', async (t) => {
  const random = bytesFrom(2);
  const seen = new Array<number>(5).fill(0);
  for (let i = 0; i < 10_000; i++) seen[Number(uniformBelow(5n, random))]!++;
  for (const n of seen) t.ok(n > 1800 && n < 2200, `${n}`);
  t.equal(uniformBelow(1n, random), 0n);
});

t.test('the rate is exact and reduced', async (t) => {
  t.same(rate(0.5, 12), { s: 1n, t: 24n });
});
