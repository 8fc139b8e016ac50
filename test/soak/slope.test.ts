import t from 'tap';
import { gaussian, seeded } from '../support/random.ts';
import { commonSlope, median, type Point, slopeOf, thinned } from './slope.ts';

/** An hour, a point a minute; each remembers so much of the one before (autoregression of the first order). */
function series(random: () => number, memory: number, perS: number, sigma = 1_000): Point[] {
  let noise = sigma * gaussian(random);
  return Array.from({ length: 60 }, (_, i): Point => {
    noise = memory * noise + Math.sqrt(1 - memory ** 2) * sigma * gaussian(random);
    return [i * 60, 100_000 + perS * i * 60 + noise];
  });
}

t.test('the slope of a line is its slope, and wild points do not move it', async (t) => {
  const line = Array.from({ length: 60 }, (_, i): Point => [i * 60, 7 + 0.5 * i * 60]);
  t.equal(slopeOf(line).perS, 0.5);
  const wild = line.map(([at, value], i): Point => [at, i % 5 === 0 ? value + 1e6 : value]);
  t.ok(Math.abs(slopeOf(wild).perS - 0.5) < 1e-9);
  t.throws(() => slopeOf(line.slice(0, 23)), RangeError);
});

t.test('nothing but noise: zero is in the interval, also where the noise remembers itself', async (t) => {
  for (const memory of [0, 0.7]) {
    let covered = 0;
    for (let seed = 0; seed < 100; seed++) {
      const random = seeded(1_000 + seed);
      const { low, high } = slopeOf(series(random, memory, 0));
      if (low <= 0 && 0 <= high) covered++;
    }
    t.ok(covered >= 90, `${covered} of 100 with a memory of ${memory}`);
  }
});

t.test('a leak that is small against the noise shows all the same', async (t) => {
  const perS = 1_024 / 60;
  for (let seed = 0; seed < 5; seed++) {
    const random = seeded(seed);
    const { low, high } = slopeOf(series(random, 0.7, perS, 4_000));
    t.ok(low > 0 && low < perS && perS < high, `${low} to ${high}`);
  }
});

t.test('what many lives have in common does not depend on where each begins', async (t) => {
  const random = seeded(3);
  const lives = (perS: number) =>
    Array.from({ length: 10 }, (_, life) =>
      Array.from(
        { length: 8 },
        (_, i): Point => [i * 30, life * 5_000 + perS * i * 30 + 200 * gaussian(random)],
      ),
    );
  const still = commonSlope(lives(0), random);
  t.ok(still.low <= 0 && 0 <= still.high, `${still.low} to ${still.high}`);
  const leaking = commonSlope(lives(17), random);
  t.ok(leaking.low > 0 && leaking.low < 17 && 17 < leaking.high, `${leaking.low} to ${leaking.high}`);
  t.throws(() => commonSlope(lives(0).slice(0, 4), random), RangeError);
});

t.test('thinning takes medians', async (t) => {
  t.same(
    thinned(
      [
        [0, 1],
        [5, 100],
        [10, 2],
        [30, 7],
      ],
      30,
    ),
    [
      [5, 2],
      [30, 7],
    ],
  );
  t.equal(median([4, 1, 3, 2]), 2.5);
});
