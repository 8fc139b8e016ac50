import t from 'tap';
import { LABELS } from '../../agent/domain/signal.ts';
import { type ComparedDay, compare } from '../../agent/report/statistics/comparison.ts';
import { gaussian, seeded } from '../support/random.ts';

/**
 * False alarms and power of the test of before and after, on days as a plant sends them: shifts of 32 windows, slots by
 * label, noise by the law of the release step (C = 12, epsilon 1), its gate, days that differ by themselves and by their
 * name. Four weeks of five days, two before and two after.
 */
const RUNS = Number(process.env.REPORT_RUNS ?? 300);
const seed = Number(process.env.REPORT_SEED ?? 20_261_125);
t.comment(`seed ${seed}`);
const random = seeded(seed);
const Q = Math.exp(-1 / 12);
const K = 5;
const NONE = 0;

/** Discrete Laplace as the difference of two geometric numbers (Inusah and Kozubowski 2006). */
const geometric = () => Math.floor(Math.log(1 - random()) / Math.log(Q));
const noise = () => geometric() - geometric();

/** Normal approximation of a binomial number; the windows are summed anyway. */
const binomial = (n: number, p: number) =>
  Math.min(n, Math.max(0, Math.round(n * p + Math.sqrt(n * p * (1 - p)) * gaussian(random))));

function day(weekday: number, share: number, slotsPerWindow: number): ComparedDay {
  const mood = 0.25 * gaussian(random);
  const odds = (share / (1 - share)) * Math.exp(mood + 0.15 * (weekday - 3));
  const p = odds / (1 + odds);
  let [a, all] = [0, 0];
  for (let window = 0; window < 32; window++) {
    const slots = Math.round(slotsPerWindow * (0.6 + 0.8 * random()));
    const negative = binomial(slots, p);
    const counts = LABELS.map((_, i) => (i === NONE ? slots - negative : i === 1 ? negative : 0) + noise());
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total < K) continue;
    a += counts[1]!;
    all += total;
  }
  return { weekday, a, t: all };
}

const weeks = (slots: number, shift = 0) =>
  [1, 2, 3, 4, 5, 1, 2, 3, 4, 5].map((weekday) => {
    const { a, t: all } = day(weekday, 0.12, slots);
    return { weekday, a: a + shift * all, t: all };
  });

/** How often it says that there is a change, and how often the interval has the one that there is; shares of all runs. */
function simulate(slots: readonly [before: number, after: number], shift = 0) {
  let [alarms, covered, detectable] = [0, 0, 0];
  for (let run = 0; run < RUNS; run++) {
    const found = compare(weeks(slots[0]), weeks(slots[1], shift))!;
    if (found.p <= 0.05) alarms++;
    const { low, high } = found.interval!;
    if (low <= shift && high >= shift) covered++;
    detectable += found.detectable / RUNS;
  }
  return { alarms: alarms / RUNS, covered: covered / RUNS, detectable };
}

/** Three standard deviations of a share of so many runs. */
const tolerance = (p: number) => 3 * Math.sqrt((p * (1 - p)) / RUNS);

t.test('without a change it is wrong in 5 of 100 cases', async (t) => {
  for (const slots of [100, 25] as const) {
    const { alarms, covered } = simulate([slots, slots]);
    t.comment(`${slots} slots a window: false alarms ${alarms}, interval has none ${covered}`);
    t.ok(Math.abs(alarms - 0.05) <= tolerance(0.05), `false alarms ${alarms}, ${slots} slots a window`);
  }
});

t.test('more people after than before is no change of shares, where little is withheld', async (t) => {
  const { alarms } = simulate([100, 150]);
  t.ok(alarms <= 0.05 + tolerance(0.05), `false alarms ${alarms}`);
});

t.test('a change that the report calls detectable is found in about 80 of 100 cases', async (t) => {
  const { detectable } = simulate([100, 100]);
  const { alarms, covered } = simulate([100, 100], detectable);
  t.comment(
    `detectable ${(detectable * 100).toFixed(2)} points: found ${alarms}, in the interval ${covered}`,
  );
  t.ok(Math.abs(alarms - 0.8) <= 0.1, `found ${alarms}`);
  t.ok(Math.abs(covered - 0.95) <= tolerance(0.05), `in the interval ${covered}`);
});
