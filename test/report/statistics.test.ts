import t, { type Test } from 'tap';
import { discreteLaplace, interval95, rate } from '../../agent/aggregate/discrete-laplace.ts';
import { choose, combinations } from '../../agent/report/statistics/arrangements.ts';
import { compare, holm } from '../../agent/report/statistics/comparison.ts';
import { gateBias } from '../../agent/report/statistics/gate.ts';
import { noiseVariance, sensitivityFrom } from '../../agent/report/statistics/noise.ts';
import { shareOf } from '../../agent/report/statistics/share.ts';
import { spreadOf } from '../../agent/report/statistics/spread.ts';
import { student975, studentCdf } from '../../agent/report/statistics/student.ts';
import { trendOf } from '../../agent/report/statistics/trend.ts';
import { bytesFrom } from '../privacy/sampler.ts';
import { gaussian, seeded } from '../support/random.ts';

/** Values that SciPy 1.17 and NumPy gave are in this file as they were printed. */
const near = (t: Test, got: number | undefined, wanted: number, within: number, what: string) =>
  t.ok(got !== undefined && Math.abs(got - wanted) <= within, `${what}: ${got} is about ${wanted}`);

t.test('Student as scipy.stats.t.ppf(0.975) and .cdf(1.3) have it', async (t) => {
  for (const [df, quantile, cdf] of [
    [1, 12.706204736174694, 0.7912855998398473],
    [2, 4.302652729749462, 0.8383764840919798],
    [3, 3.1824463052837078, 0.8577662456360515],
    [5, 2.5705818356363146, 0.8748496829146615],
    [10, 2.228138851986274, 0.8886170913965777],
    [31, 2.039513446396408, 0.8984078184317061],
    [200, 1.9718962236339088, 0.9024514053455719],
  ] as const) {
    near(t, student975(df), quantile, 1e-9, `quantile, ${df}`);
    near(t, studentCdf(1.3, df), cdf, 1e-12, `cdf, ${df}`);
  }
});

t.test('the noise of a message is known from what the message says', async (t) => {
  for (const [epsilon, c] of [
    [1, 12],
    [0.5, 12],
    [0.25, 40],
  ] as const) {
    t.same(sensitivityFrom(epsilon, interval95(epsilon, c)), { least: c, most: c }, `C ${c}`);
    let [mass, variance] = [0, 0];
    for (let z = -4000; z <= 4000; z++) {
      const weight = Math.exp((-epsilon * Math.abs(z)) / c);
      mass += weight;
      variance += weight * z * z;
    }
    near(t, noiseVariance(epsilon, c), variance / mass, 1e-6 * (variance / mass), 'variance');
  }
  const loose = sensitivityFrom(6, interval95(6, 12))!;
  t.ok(loose.least < loose.most && loose.least <= 12 && loose.most >= 12, 'several fit, ours among them');
  t.equal(sensitivityFrom(1, 0), undefined, 'no C has so narrow an interval');
  t.equal(sensitivityFrom(1, 4_000_000), undefined, 'no C is so large');
});

t.test('what the gate adds, against the sampler and gate of the release step', async (t) => {
  const seed = 20261125;
  t.comment(`seed ${seed}`);
  const { s, t: denominator } = rate(1, 4);
  const random = bytesFrom(seed);
  let [released, added, windows] = [0, 0, 0];
  for (; windows < 6000; windows++) {
    const noise = [0, 0, 0, 0].map(() => discreteLaplace(s, denominator, random));
    const total = noise.reduce((sum, z) => sum + z, 9);
    if (total < 12) continue;
    released++;
    added += total - 9;
  }
  const bias = gateBias(noiseVariance(1, 4), 1 - released / windows);
  near(t, bias, added / released / 4, 0.1, 'slots per label');
  t.ok(bias > 1);
  t.equal(gateBias(288, 0), 0, 'nothing withheld, nothing added');
});

t.test('a share is a ratio of sums, and its interval is never narrower than noise and draw', async (t) => {
  // Windows (a, t) = (1, 10), (3, 10), (2, 20).
  const sums = { windows: 3, a: 6, t: 40, aa: 14, at: 80, tt: 600, noise: 0 };
  const share = shareOf(sums, 1)!;
  t.equal(share.share, 0.15);
  // Residuals -0.5, 1.5, -1; Student's 4.3027 has two degrees of freedom.
  near(t, share.high - 0.15, 4.302652729749462 * Math.sqrt((3.5 * 3) / 2 / 1600), 1e-9, 'as windows show');
  const alike = shareOf({ ...sums, aa: 12.25, at: 79 }, 1)!;
  near(t, alike.high - 0.15, 4.302652729749462 * Math.sqrt((0.15 * 0.85) / 40), 1e-9, 'the draw is more');
  const noisy = shareOf({ ...sums, noise: 300 }, 1)!;
  const known = (300 * (0.85 ** 2 + 3 * 0.15 ** 2)) / 1600 + (0.15 * 0.85) / 40;
  near(t, noisy.high - 0.15, 4.302652729749462 * Math.sqrt(known), 1e-9, 'with noise');
  t.equal(shareOf({ ...sums, windows: 1 }, 1), undefined);
  t.equal(shareOf({ ...sums, t: -2 }, 1), undefined);
});

t.test('trends as numpy.linalg has them', async (t) => {
  const day = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11];
  const share = [0.1, 0.12, 0.11, 0.15, 0.13, 0.14, 0.16, 0.17, 0.15, 0.18];
  const variance = [4, 3, 5, 4, 4, 3, 4, 6, 4, 5].map((v) => v / 10_000);
  const short = trendOf(
    day.map((each, i) => ({ day: each, weekday: each % 7, share: share[i]!, variance: variance[i]! })),
  )!;
  near(t, short.perWeek, 0.038531559592205326, 1e-9, 'slope');
  near(t, short.low, 0.010924576847220792, 1e-9, 'low');
  near(t, short.high, 0.06613854233718985, 1e-9, 'high');
  t.equal(short.dispersion, 1, 'never below one');
  t.notOk(short.weekdays);

  const shares = [
    ...[0.114, 0.0755, 0.099, 0.1144, 0.1307, 0.1462, 0.1049, 0.1023],
    ...[0.135, 0.1547, 0.1635, 0.1053, 0.1128, 0.166, 0.1401],
  ];
  const days = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18];
  const long = trendOf(
    days.map((each, i) => ({
      day: each,
      weekday: each % 7,
      share: shares[i]!,
      variance: 0.0001 + 0.00001 * (each % 3),
    })),
  )!;
  near(t, long.perWeek, 0.015308408408408376, 1e-9, 'slope beside days of the week');
  near(t, long.low, 0.007028084878840881, 1e-9, 'low');
  near(t, long.high, 0.02358873193797587, 1e-9, 'high');
  near(t, long.dispersion, 1.2324937525001989, 1e-9, 'dispersion');
  t.ok(long.weekdays);
  t.equal(trendOf([]), undefined);
});

t.test('the spread that noise and draw leave', async (t) => {
  const random = seeded(3);
  const made = (real: number) =>
    Array.from({ length: 400 }, () => ({
      share: 0.2 + 0.03 * gaussian(random) + 0.01 * gaussian(random) + real * gaussian(random),
      noise: 0.0009,
      sampling: 0.0001,
    }));
  near(t, spreadOf(made(0.05))!.days, 0.05, 0.006, 'days that differ');
  t.ok(spreadOf(made(0))!.days < 0.015, 'days that do not');
  near(t, spreadOf(made(0))!.noise, 0.03, 1e-9, 'noise');
});

t.test('the test of before and after is the permutation test', async (t) => {
  const days = (shares: readonly number[]) => shares.map((a) => ({ weekday: 1, a, t: 100 }));
  const found = compare(days([12, 15, 11, 14]), days([18, 21, 13, 19]))!;
  near(t, found.change, 0.0475, 1e-12, 'change');
  near(t, found.p, 0.08571428571428572, 1e-12, 'p, as scipy.stats.permutation_test has it');
  t.equal(found.arrangements, 70);
  t.notOk(found.drawn);

  t.test('blocked by day of the week', async (t) => {
    // Mondays are ten points higher and only the days after have more of them: pooled, that would be a change.
    const level = (weekday: number, i: number) => ({ weekday, a: (weekday === 1 ? 30 : 20) + i, t: 100 });
    const before = [level(1, 0), level(2, 1), level(2, 0), level(2, 2), level(3, 1)];
    const after = [level(1, 1), level(1, 0), level(1, 2), level(2, 1), level(3, 0)];
    const blocked = compare(before, after)!;
    t.ok(Math.abs(blocked.change) < 0.02, String(blocked.change));
    t.ok(blocked.p > 0.5);
    t.equal(blocked.arrangements, choose(4, 3) * choose(4, 1) * choose(2, 1));
  });
  t.equal(compare(days([1, 2]), [{ weekday: 2, a: 1, t: 100 }]), undefined, 'no day on both sides');
  t.equal(compare(days([12, 13]), days([1, 2]))!.interval, undefined, 'too few for an interval');
  t.equal([...combinations(8, 4)].length, 70);
});

t.test('several questions share the level (Holm)', async (t) => {
  // As R's p.adjust(c(0.01, 0.04, 0.03), "holm").
  t.same(
    holm([0.01, 0.04, 0.03]).map((p) => Number(p.toFixed(6))),
    [0.03, 0.06, 0.06],
  );
  t.same(holm([0.6, 0.7]), [1, 1]);
});
