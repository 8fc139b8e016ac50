import t from 'tap';
import { type Peak, PeakFinder } from '../../agent/spot/peaks.ts';
import { gaussian, seeded } from '../support/random.ts';

const LIMITS = { zThreshold: 5, minScore: 0, minOnsetMs: 40, maxDurationMs: 500 };
const LAG_MS = 200;
const SEED = 20261123;

/** Score series at 25 fps of noise around a level, with raised cosines for the given movements. */
function run(
  seconds: number,
  movements: readonly { fromMs: number; lengthMs: number; height: number }[],
  level = 1,
): Peak[] {
  const random = seeded(SEED);
  const finder = new PeakFinder(LIMITS, LAG_MS);
  const peaks: Peak[] = [];
  for (let atMs = 0; atMs < seconds * 1000; atMs += 40) {
    let score = level * (1 + 0.05 * gaussian(random));
    for (const { fromMs, lengthMs, height } of movements) {
      const phase = (atMs - fromMs) / (lengthMs + LAG_MS);
      if (phase > 0 && phase < 1) score += (level * height * (1 - Math.cos(2 * Math.PI * phase))) / 2;
    }
    const peak = finder.push(atMs, score);
    if (peak !== undefined) peaks.push(peak);
  }
  return peaks;
}

t.comment(`seed ${SEED}`);

t.test('noise alone gives no event', async (t) => {
  t.same(run(60, []), []);
});

t.test('a short movement is one event, timed within two frames and the lag', async (t) => {
  const peaks = run(12, [{ fromMs: 6000, lengthMs: 400, height: 3 }]);
  t.equal(peaks.length, 1);
  const [peak] = peaks;
  t.ok(Math.abs(peak!.onsetMs - 6000) <= LAG_MS, `onset ${peak!.onsetMs}`);
  t.ok(peak!.onsetMs < peak!.apexMs && peak!.apexMs <= peak!.offsetMs);
  t.ok(peak!.offsetMs - peak!.onsetMs <= LIMITS.maxDurationMs);
});

t.test(
  'the zero is each face’s own: the same series a thousand times larger gives the same events',
  async (t) => {
    const movements = [{ fromMs: 6000, lengthMs: 400, height: 3 }];
    t.same(
      run(12, movements, 1000).map(({ apexMs }) => apexMs),
      run(12, movements).map(({ apexMs }) => apexMs),
    );
  },
);

t.test('a slow movement is no micro-expression', async (t) => {
  t.same(run(15, [{ fromMs: 6000, lengthMs: 1500, height: 3 }]), []);
});

t.test('a lasting change of level is no event, and the next one is still found', async (t) => {
  const random = seeded(SEED);
  const finder = new PeakFinder(LIMITS, LAG_MS);
  const peaks: Peak[] = [];
  for (let atMs = 0; atMs < 20_000; atMs += 40) {
    let score = (atMs < 6000 ? 1 : 4) * (1 + 0.05 * gaussian(random));
    if (atMs > 14_000 && atMs < 14_400) score += 8;
    const peak = finder.push(atMs, score);
    if (peak !== undefined) peaks.push(peak);
  }
  t.equal(peaks.length, 1);
  t.ok(peaks[0]!.apexMs > 14_000 && peaks[0]!.apexMs < 14_400);
});

t.test('a frozen picture followed by a living one gives no infinite score', async (t) => {
  const finder = new PeakFinder(LIMITS, LAG_MS);
  const random = seeded(SEED);
  for (let atMs = 0; atMs < 5000; atMs += 40) finder.push(atMs, 0);
  for (let atMs = 5000; atMs < 30_000; atMs += 40) {
    const peak = finder.push(atMs, 1 + 0.05 * gaussian(random));
    t.notOk(peak !== undefined && atMs > 8000, 'no burst after the first second');
  }
});

/** What the comparator's score does in a micro-expression: up until apex + lag, down, and up again on the way back. */
function twice(
  finder: PeakFinder,
  fromMs: number,
  heights: readonly [number, number],
  untilMs: number,
): Peak[] {
  const random = seeded(SEED + 1);
  const peaks: Peak[] = [];
  for (let atMs = fromMs - 6000; atMs < untilMs; atMs += 40) {
    let score = -2 + 0.4 * gaussian(random);
    const there = atMs - fromMs;
    if (there >= 80 && there < 280) score += heights[0];
    if (there >= 340 && there < 620) score += heights[1];
    const peak = finder.push(atMs, score);
    if (peak !== undefined) peaks.push(peak);
  }
  return peaks;
}

t.test('the way there and the way back are one event', async (t) => {
  const peaks = twice(new PeakFinder(LIMITS, LAG_MS), 10_000, [6, 4], 14_000);
  t.equal(peaks.length, 1);
  const [{ onsetMs, apexMs, offsetMs }] = peaks as [Peak];
  t.ok(Math.abs(onsetMs - 10_000) <= 80, `onset ${onsetMs}`);
  t.ok(apexMs < 10_300, `the apex is on the way there: ${apexMs}`);
  t.ok(Math.abs(offsetMs - 10_420) <= 80, `offset ${offsetMs}`);
});

t.test('a faint way there gives a clear way back its beginning', async (t) => {
  const [peak, ...more] = twice(new PeakFinder(LIMITS, LAG_MS), 10_000, [2.2, 5], 14_000);
  t.same(more, []);
  t.ok(Math.abs(peak!.onsetMs - 10_000) <= 120, `onset ${peak!.onsetMs}`);
});

t.test('a way back too slow to be seen leaves a typical length', async (t) => {
  const [peak] = twice(new PeakFinder(LIMITS, LAG_MS), 10_000, [6, 0], 14_000);
  t.equal(peak!.offsetMs - peak!.onsetMs, 400);
});

t.test('what goes on as a large, slow movement is an ordinary expression', async (t) => {
  const series = (after: number) => {
    const random = seeded(SEED + 2);
    const finder = new PeakFinder(LIMITS, LAG_MS);
    const peaks: Peak[] = [];
    for (let atMs = 4000; atMs < 14_000; atMs += 40) {
      let score = -2 + 0.4 * gaussian(random);
      const there = atMs - 10_000;
      if (there >= 80 && there < 480) score += 6;
      else if (there >= 480 && there < 900) score += after;
      const peak = finder.push(atMs, score);
      if (peak !== undefined) peaks.push(peak);
    }
    return peaks.length;
  };
  t.equal(series(0), 1, 'then nothing: an event');
  t.equal(series(-6), 0, 'then far below its own zero: none');
});

t.test('what stands out of a quiet face and is still unlikely is no event', async (t) => {
  const strict = new PeakFinder({ ...LIMITS, minScore: 5 }, LAG_MS);
  t.same(twice(strict, 10_000, [6, 6], 14_000), []);
});

t.test('an interruption ends the movement and keeps what is known of the noise', async (t) => {
  const finder = new PeakFinder(LIMITS, LAG_MS);
  const random = seeded(SEED);
  for (let atMs = 0; atMs < 6000; atMs += 40) finder.push(atMs, -2 + 0.4 * gaussian(random));
  finder.push(6000, 5);
  finder.interrupt();
  const after: (Peak | undefined)[] = [];
  for (let atMs = 6040; atMs < 6600; atMs += 40) after.push(finder.push(atMs, -2 + 0.4 * gaussian(random)));
  t.ok(
    after.every((peak) => peak === undefined),
    'half a movement is none',
  );
  finder.push(6600, 5);
  t.ok(finder.z > LIMITS.zThreshold, 'without warming up again');
});
