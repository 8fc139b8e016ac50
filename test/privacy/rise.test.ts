import t from 'tap';
import { leastWhole } from '../../agent/privacy/plan/alone.ts';
import { binomial } from '../../agent/privacy/plan/binomial.ts';
import { type Rise, watchFor } from '../../agent/privacy/plan/rise.ts';
import { chanceWithheld } from '../../agent/privacy/plan/withheld.ts';
import { seeded } from '../support/random.ts';
import { released } from './release-step.ts';
import { bytesFrom } from './sampler.ts';

const RULES = {
  noise: 'discrete-laplace' as const,
  slotsPerTrack: 3,
  assumedTracksPerPerson: 4,
  epsilonPerWindow: 1,
  epsilonPerDay: 1000,
  minHeadCount: 5,
};
const RISE: Rise = { from: 0.05, to: 0.15 };
/** Four standard deviations of a share that was counted. */
const within = (share: number, tries: number) => 4 * Math.sqrt((share * (1 - share)) / tries) + 2 / tries;

t.test('windows withheld: what the real release step does', async (t) => {
  const seed = 99;
  t.comment(`seed ${seed}`);
  const random = bytesFrom(seed);
  for (const [slots, epsilonPerWindow] of [
    [4, 20],
    [5, 20],
    [18, 1],
    [60, 1],
    [40, 0.3],
  ] as const) {
    const rules = { ...RULES, epsilonPerWindow };
    const tries = 1500;
    let withheld = 0;
    for (let i = 0; i < tries; i++)
      if (
        (await released({ none: slots, negative: 0, positive: 0, surprise: 0 }, rules, random)) === undefined
      )
        withheld++;
    const expected = chanceWithheld(rules, slots);
    t.ok(
      Math.abs(withheld / tries - expected) <= within(expected, tries),
      `${slots} slots, epsilon ${epsilonPerWindow}: ${withheld / tries}, planned ${expected}`,
    );
  }
});

t.test('without noise the gate is sharp', async (t) => {
  const rules = { ...RULES, noise: 'none' as const };
  t.same(
    [3, 4, 5, 6].map((slots) => chanceWithheld(rules, slots)),
    [1, 1, 0, 0],
  );
});

t.test('false alarms and power: what the real release step does', async (t) => {
  const seed = 2026;
  t.comment(`seed ${seed}`);
  const random = bytesFrom(seed);
  const draw = seeded(seed + 1);
  const often: Rise = { from: 0.7, to: 0.9 };
  for (const [rise, slots, windows, epsilonPerWindow, tries] of [
    [RISE, 18, 1, 1, 1500],
    [RISE, 40, 12, 1, 250],
    [RISE, 60, 3, 0.4, 500],
    [RISE, 30, 2, 15, 800],
    // Half of the windows are withheld, which moves the others.
    [RISE, 8, 20, 1, 500],
    // The noise of the other labels counts more than that of this one.
    [often, 60, 1, 1, 3000],
  ] as const) {
    const rules = { ...RULES, epsilonPerWindow };
    const plan = watchFor(rise, slots, rules);
    const limit = plan.limit(windows);
    const alarms = async (share: number) => {
      let count = 0;
      for (let i = 0; i < tries; i++) {
        let excess = 0;
        for (let k = 0; k < windows; ) {
          let negative = 0;
          for (let s = 0; s < slots; s++) if (draw() < share) negative++;
          const counts = { none: slots - negative, negative, positive: 0, surprise: 0 };
          const told = await released(counts, rules, random);
          if (told === undefined) continue;
          excess += told.negative - rise.from * (told.none + told.negative + told.positive + told.surprise);
          k++;
        }
        if (excess > limit) count++;
      }
      return count / tries;
    };
    const name = `${windows} windows of ${slots} slots, epsilon ${epsilonPerWindow}`;
    const mistaken = await alarms(rise.from);
    // With hardly any noise the counts are few whole numbers, and the limit cannot be at 5 % exactly.
    const least = epsilonPerWindow > 10 ? 0 : 0.045 - within(0.05, tries);
    t.ok(mistaken >= least && mistaken <= 0.05 + within(0.05, tries), `${name}: false alarms ${mistaken}`);
    const [seen, power] = [await alarms(rise.to), plan.power(windows)];
    t.ok(Math.abs(seen - power) <= within(power, tries), `${name}: seen ${seen}, planned ${power}`);
  }
});

t.test('without noise: the binomial law by hand', async (t) => {
  const rules = { ...RULES, noise: 'none' as const };
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);
  const tail = (n: number, p: number, k: number) => {
    let sum = 0;
    for (let i = k; i <= n; i++) sum += choose(n, i) * p ** i * (1 - p) ** (n - i);
    return sum;
  };
  for (const slots of [10, 18, 60]) {
    let least = 0;
    while (tail(slots, RISE.from, least) > 0.05) least++;
    const { power } = watchFor(RISE, slots, rules);
    t.ok(Math.abs(power(1) - tail(slots, RISE.to, least)) < 1e-6, `${slots} slots: at least ${least}`);
  }
});

t.test('the binomial law adds up, also at its ends', async (t) => {
  for (const [n, p] of [
    [0, 0.3],
    [5, 0],
    [5, 1],
    [1_000_000, 0.05],
  ] as const) {
    const law = binomial(n, p);
    t.ok(Math.abs(law.reduce((sum, [, w]) => sum + w, 0) - 1) < 1e-9);
    t.ok(Math.abs(law.reduce((sum, [k, w]) => sum + k * w, 0) - n * p) < 1e-6 * Math.max(1, n), `${n}, ${p}`);
  }
});

t.test('more of anything shows more', async (t) => {
  const power = (slots: number, windows: number, epsilonPerWindow: number) =>
    watchFor(RISE, slots, { ...RULES, epsilonPerWindow }).power(windows);
  t.ok(power(300, 1, 1) > power(100, 1, 1));
  t.ok(power(100, 20, 1) > power(100, 4, 1));
  t.ok(power(100, 1, 4) > power(100, 1, 1));
  t.ok(power(10_000, 1, 1) > 0.999);
});

t.test('the least number for which something holds', async (t) => {
  for (const least of [1, 2, 3, 7, 99, 100])
    t.equal(
      leastWhole(1, 100, (n) => n >= least),
      least,
    );
  t.equal(
    leastWhole(1, 100, () => false),
    undefined,
  );
  t.equal(
    leastWhole(5, 4, () => true),
    undefined,
  );
});
