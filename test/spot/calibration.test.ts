import t from 'tap';
import { Calibration, truncatedScale } from '../../agent/spot/calibration.ts';
import { PageHinkley } from '../../agent/spot/page-hinkley.ts';
import { gaussian, seeded } from '../support/random.ts';

const SEED = 20261125;
t.comment(`seed ${SEED}`);
const MINUTE_MS = 60_000;
const OPTIONS = { minScore: 2.5, falseAlarmsPerFaceHour: 6, faceMs: 10 * MINUTE_MS };

/** A minute of face time with so many candidates an hour above `from`, thinning out with `scale`. */
function minute(
  calibration: Calibration,
  random: () => number,
  {
    perHour,
    from = -0.5,
    scale = 1,
    spread = 0.5,
  }: { perHour: number; from?: number; scale?: number; spread?: number },
): number[] {
  const scores: number[] = [];
  for (let second = 0; second < 60; second++) {
    if (random() < perHour / 3600) {
      const score = from - scale * Math.log(1 - random());
      scores.push(score);
      calibration.candidate(score);
    }
    calibration.watched(1000, spread * 2 ** (0.4 * gaussian(random)));
  }
  return scores;
}

t.test('a noisy camera gets a threshold at which its false alarms are about as many as wanted', async (t) => {
  const random = seeded(SEED);
  const rates: number[] = [];
  for (let run = 0; run < 40; run++) {
    const calibration = new Calibration(OPTIONS);
    for (let i = 0; i < 10; i++) minute(calibration, random, { perHour: 600, scale: 1.2 });
    t.equal(calibration.state, 'calibrated');
    let alarms = 0;
    for (let i = 0; i < 600; i++)
      alarms += minute(calibration, random, { perHour: 600, scale: 1.2 }).filter(
        (s) => s >= calibration.minScore,
      ).length;
    rates.push(alarms / 10);
  }
  rates.sort((a, b) => a - b);
  t.ok(rates[20]! > 3 && rates[20]! < 12, `median of ${rates[20]} false alarms an hour for 6`);
  t.ok(rates[36]! < 30, `nine of ten below ${rates[36]}; the manifest's threshold alone gives about 49`);
});

t.test('a quiet camera keeps the manifest’s threshold, and so does a lively place', async (t) => {
  const random = seeded(SEED);
  const quiet = new Calibration(OPTIONS);
  const lively = new Calibration(OPTIONS);
  for (let i = 0; i < 10; i++) {
    minute(quiet, random, { perHour: 30, scale: 0.3 });
    minute(lively, random, { perHour: 60, scale: 0.4 });
    for (let k = 0; k < 10; k++) lively.candidate(6 + gaussian(random));
  }
  t.equal(quiet.minScore, 2.5);
  t.equal(lively.minScore, 2.5);
  t.same([quiet.state, lively.state], ['calibrated', 'calibrated']);
});

t.test(
  'it says when it is done, with one number to a tenth; a known one is taken within bounds',
  async (t) => {
    const random = seeded(SEED);
    const done: number[] = [];
    const calibration = new Calibration(OPTIONS, (minScore) => done.push(minScore));
    for (let i = 0; i < 9; i++) minute(calibration, random, { perHour: 600, scale: 1.2 });
    t.same([calibration.state, calibration.minScore, done], ['calibrating', 2.5, []]);
    minute(calibration, random, { perHour: 600, scale: 1.2 });
    t.same(done, [calibration.minScore]);
    t.equal(Math.round(calibration.minScore * 10) / 10, calibration.minScore);
    const of = (known: number) => new Calibration({ ...OPTIONS, known }).minScore;
    t.same([of(4.2), of(-100), of(100)], [4.2, 2.5, 8.5]);
    t.equal(new Calibration({ ...OPTIONS, known: 4 }).state, 'calibrated');
  },
);

t.test('noise that grows for good begins it anew; other people with other noise do not', async (t) => {
  const random = seeded(SEED);
  const calibration = new Calibration({ ...OPTIONS, known: 4 });
  for (let i = 0; i < 120; i++) minute(calibration, random, { perHour: 60, spread: i % 8 < 2 ? 0.6 : 0.5 });
  t.equal(calibration.state, 'calibrated', 'two hours');
  let minutes = 0;
  for (; calibration.state === 'calibrated' && minutes < 30; minutes++)
    minute(calibration, random, { perHour: 600, scale: 1.2, spread: 1.2 });
  t.equal(calibration.state, 'drifted');
  t.ok(minutes <= 6, `${minutes} minutes`);
  t.equal(calibration.minScore, 4, 'the old threshold holds');
  for (let i = 0; i < 10; i++) minute(calibration, random, { perHour: 600, scale: 1.2, spread: 1.2 });
  t.equal(calibration.state, 'calibrated');
});

t.test('the scale of what is seen of an exponential distribution', async (t) => {
  for (const scale of [0.3, 1, 3, 20]) {
    const mean = scale - 3 / Math.expm1(3 / scale);
    t.ok(Math.abs(truncatedScale(mean, 3) / scale - 1) < 1e-6, `${scale}`);
  }
  t.equal(truncatedScale(1.6, 3), Number.POSITIVE_INFINITY);
});

t.test('Page and Hinkley: up, down, and not without a change', async (t) => {
  const random = seeded(SEED);
  const alarmAfter = (change: number) => {
    const test = new PageHinkley();
    for (let i = 0; i < 1000; i++)
      if (test.push((i < 200 ? 0 : change) + 0.3 * gaussian(random))) return i - 200;
    return undefined;
  };
  t.equal(alarmAfter(0), undefined);
  for (const change of [1, -1]) {
    const after = alarmAfter(change);
    t.ok(after !== undefined && after > 0 && after < 20, `${change}: ${after} values later`);
  }
});
