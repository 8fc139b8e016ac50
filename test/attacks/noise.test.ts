import t, { type Test } from 'tap';
import { discreteLaplace, type RandomBytes, rate } from '../../agent/aggregate/discrete-laplace.ts';
import { Ledger } from '../../agent/aggregate/ledger.ts';
import { type ReleaseRules, release } from '../../agent/aggregate/release.ts';
import { type ClosedWindow, WindowCounts } from '../../agent/aggregate/window.ts';
import type { ReleasedAggregate } from '../../agent/domain/aggregate.ts';
import { epsilonOf } from '../../agent/domain/epsilon.ts';
import { LABELS, REGIONS, type Region, type SlotObservation } from '../../agent/domain/signal.ts';
import { TestClock } from '../support/clock.ts';
import { seeded } from '../support/random.ts';
import { NO_REGIONS } from '../support/regions.ts';
import { SimDisk } from '../support/sim-disk.ts';
import { LONG, seedOf } from './form.ts';
import { chiSquare, chiSquareLimit, clopperPearson } from './statistics.ts';

const SEED = seedOf();
const DRAWS = LONG ? 1_000_000 : 100_000;
const STORIES = LONG ? 30_000 : 2_000;
/** Of each Clopper-Pearson bound: 99.9 %. */
const ALPHA = 0.001;

const MINUTE = 60_000;
const EPSILON = 1;
const RULES = {
  minHeadCount: 5,
  noise: 'discrete-laplace' as 'discrete-laplace' | 'none',
  slotsPerTrack: 2,
  assumedTracksPerPerson: 2,
  epsilonPerWindow: EPSILON,
  epsilonPerDay: 1_000,
};
const C = RULES.slotsPerTrack * RULES.assumedTracksPerPerson;
/** With the histogram over regions: its loss adds to that of the labels. */
const WITH_REGIONS = { ...RULES, regions: { epsilonPerWindow: EPSILON } };
/** True counts without the person. */
const CROWD = { none: 400, negative: 3, positive: 2, surprise: 1 };
const CROWD_REGIONS = { ...NO_REGIONS, mouth: 6 };

const bytesFrom = (random: () => number): RandomBytes => {
  return (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256));
};

/** Is that the noise that is claimed? The tails are taken together. */
function misfit(noise: readonly number[]): { chi: number; limit: number } {
  const q = Math.exp(-EPSILON / C);
  const edge = 20;
  const seen = new Array<number>(2 * edge + 1).fill(0);
  for (const z of noise) seen[Math.max(-edge, Math.min(edge, z)) + edge]!++;
  const mass = (z: number) => ((1 - q) / (1 + q)) * q ** Math.abs(z);
  const tail = q ** edge / (1 + q);
  const expected = seen.map((_, i) => noise.length * (Math.abs(i - edge) === edge ? tail : mass(i - edge)));
  return { chi: chiSquare(seen, expected), limit: chiSquareLimit(seen.length - 1) };
}

t.test(`${DRAWS} draws of the sampler, seed ${SEED}`, async (t) => {
  const random = bytesFrom(seeded(SEED));
  const draw = (epsilon: number, sensitivity: number) => {
    const { s, t: scale } = rate(epsilon, sensitivity);
    return Array.from({ length: DRAWS }, () => discreteLaplace(s, scale, random));
  };
  const { chi, limit } = misfit(draw(EPSILON, C));
  t.ok(chi < limit, `chi-square ${chi.toFixed(1)} below ${limit.toFixed(1)}`);
  for (const [name, noise] of [
    ['half the scale', draw(EPSILON, C / 2)],
    ['a scale that is 2 % too small', draw(EPSILON * 1.02, C)],
    ['none', new Array<number>(DRAWS).fill(0)],
    ['normal with the same variance', rounded(seeded(SEED + 1))],
  ] as const) {
    if (name.includes('2 %') && !LONG) continue;
    const wrong = misfit(noise);
    t.ok(wrong.chi > wrong.limit, `and ${name} is found out: ${wrong.chi.toFixed(0)}`);
  }
});

function rounded(random: () => number): number[] {
  const q = Math.exp(-EPSILON / C);
  const sd = Math.sqrt((2 * q) / (1 - q) ** 2);
  return Array.from({ length: DRAWS }, () =>
    Math.round(sd * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())),
  );
}

/** How counts get from slots to the broker: the ways of the daemon, or wrong ones. */
interface Ways {
  readonly rules: typeof RULES & { readonly regions?: { readonly epsilonPerWindow: number } };
  readonly release: typeof release;
  windows(): Pick<WindowCounts, 'add' | 'close'>;
  /** What the process that starts after a crash finds. */
  afterCrash(disk: SimDisk): SimDisk;
}

const seal = (aggregate: ReleasedAggregate) => ({ payload: JSON.stringify(aggregate) });
const FULL = { headCount: 8, watched: true };
const DAEMON: Ways = {
  rules: RULES,
  release,
  windows: () => new WindowCounts(['press'], MINUTE, 0, 0),
  afterCrash(disk) {
    disk.restart(false);
    return disk;
  },
};

/**
 * Two windows, with or without one person's C slots in the first, all of them negative and in the brows. The daemon dies when it has sent the first, before it
 * knows that it arrived, and its clock is set back besides. Returns all that an observer of the broker sees, byte for
 * byte, without repetitions.
 */
async function story(ways: Ways, withPerson: boolean, random: () => number): Promise<ReleasedAggregate[]> {
  const noise = bytesFrom(random);
  const seen = new Set<string>();
  const clock = new TestClock(0);
  const options = { clock, keepMs: 1_000 * MINUTE };
  let disk = new SimDisk(random);
  let ledger = await Ledger.open('/state', { ...options, disk });
  const windows = ways.windows();
  const add = (label: SlotObservation['label'], region: Region, earnedAtMs: number, times: number) => {
    const filled = { zoneId: 'press', earnedAtMs };
    const slot: SlotObservation = label === 'none' ? { ...filled, label } : { ...filled, label, region };
    for (let i = 0; i < times; i++) windows.add(slot);
  };
  for (const n of [0, 1]) for (const label of LABELS) add(label, 'mouth', n * MINUTE + 30_000, CROWD[label]);
  if (withPerson) add('negative', 'brows', 30_000, C);

  const [first] = windows.close(MINUTE);
  const send = async (window: typeof first) => {
    const out = await ways.release(window!, FULL, ways.rules, ledger, seal, noise);
    if (out !== undefined) seen.add(out.message.payload);
  };
  await send(first);
  disk = ways.afterCrash(disk);
  ledger = await Ledger.open('/state', { ...options, disk });
  for (const { payload } of ledger.waiting) seen.add(payload);
  await send(first);
  for (const window of windows.close(2 * MINUTE)) await send(window);
  return [...seen].map((payload) => JSON.parse(payload) as ReleasedAggregate);
}

const released = (aggregate: ReleasedAggregate) => {
  if (aggregate.state !== 'released') throw new Error(`withheld: ${aggregate.reason}`);
  return aggregate;
};

/** What was published of one window, less what the crowd accounts for: noise, and the person or not. */
interface Excess {
  readonly labels: readonly number[];
  /** Empty where they are not released. */
  readonly regions: readonly number[];
  readonly negative: number;
  readonly brows: number;
  readonly eyes: number;
}

function excessOf(aggregate: ReleasedAggregate): Excess {
  const { counts, regions } = released(aggregate);
  const region = (name: Region) =>
    regions === undefined ? Number.NaN : regions.counts[name] - CROWD_REGIONS[name];
  return {
    labels: LABELS.map((label) => counts[label] - CROWD[label]),
    regions: regions === undefined ? [] : REGIONS.map(region),
    negative: counts.negative - CROWD.negative,
    brows: region('brows'),
    eyes: region('eyes'),
  };
}

/** What somebody who wants to know whether the person was there may look for in what was published. */
const LOOKS: Record<string, (seen: readonly Excess[]) => boolean> = {
  'first high': ([first]) => first!.negative >= C,
  'first not low': ([first]) => first!.negative > 0,
  'all high': (seen) => seen.every(({ negative }) => negative >= C),
  'first two high': (seen) => seen.slice(0, 2).every(({ negative }) => negative >= C),
  'any high': (seen) => seen.some(({ negative }) => negative >= C),
  'sum high': (seen) => seen.reduce((sum, { negative }) => sum + negative, 0) >= seen.length * C,
  'brows high': ([first]) => first!.brows >= C,
  'label and brows high': ([first]) => first!.negative >= C && first!.brows >= C,
  'label, brows and eyes high': ([first]) => first!.negative >= C && first!.brows >= C && first!.eyes >= C,
};

/** A privacy loss that the ways certainly have, by whatever look shows most of it. */
async function leastEpsilon(ways: Ways): Promise<{ epsilon: number; look: string; noise: Excess[] }> {
  const random = seeded(SEED);
  const times = { with: new Map<string, number>(), without: new Map<string, number>() };
  const noise: Excess[] = [];
  for (let i = 0; i < STORIES; i++)
    for (const world of ['with', 'without'] as const) {
      const published = (await story(ways, world === 'with', random)).map(excessOf);
      for (const [look, sees] of Object.entries(LOOKS))
        if (sees(published)) times[world].set(look, (times[world].get(look) ?? 0) + 1);
      if (world === 'without') noise.push(...published);
    }
  let best = { epsilon: 0, look: 'nothing', noise };
  for (const look of Object.keys(LOOKS))
    for (const [a, b] of [
      [times.with.get(look) ?? 0, times.without.get(look) ?? 0],
      [STORIES - (times.without.get(look) ?? 0), STORIES - (times.with.get(look) ?? 0)],
    ] as const) {
      const epsilon = Math.log(
        clopperPearson(a, STORIES, ALPHA).lower / clopperPearson(b, STORIES, ALPHA).upper,
      );
      if (epsilon > best.epsilon) best = { epsilon, look, noise };
    }
  return best;
}

/** Noise as claimed in each bin, and none that two bins share. */
function eachItsOwn(t: Test, bins: readonly (readonly number[])[]): void {
  const { chi, limit } = misfit(bins.flat());
  t.ok(
    chi < limit,
    `what is released carries the noise that is claimed: ${chi.toFixed(1)} of ${limit.toFixed(1)}`,
  );
  const column = (i: number) => bins.map((row) => row[i]!);
  for (let i = 0; i < bins[0]!.length; i++)
    for (let j = 0; j < i; j++) {
      const r = correlation(column(i), column(j));
      // 4.5 standard errors, for the 45 pairs of ten bins.
      if (Math.abs(r) >= 4.5 / Math.sqrt(bins.length))
        t.fail(`bins ${j} and ${i} share noise: ${r.toFixed(3)}`);
    }
}

t.test(`the release step, ${STORIES} stories with and without a person, seed ${SEED}`, async (t) => {
  const { epsilon, look, noise } = await leastEpsilon(DAEMON);
  t.ok(epsilon < EPSILON, `${epsilon.toFixed(2)} certain (${look}), ${EPSILON} claimed`);
  t.ok(epsilon > 0.3 * EPSILON, 'and the looks do see something');
  eachItsOwn(
    t,
    noise.map(({ labels }) => labels),
  );
});

t.test(`the same with regions of the face, seed ${SEED}`, async (t) => {
  const claimed = epsilonOf(WITH_REGIONS);
  const { epsilon, look, noise } = await leastEpsilon({ ...DAEMON, rules: WITH_REGIONS });
  t.ok(epsilon < claimed, `${epsilon.toFixed(2)} certain (${look}), ${claimed} claimed`);
  t.ok(epsilon > EPSILON, 'and the looks see that a region costs something besides the label');
  eachItsOwn(
    t,
    noise.map(({ labels, regions }) => [...labels, ...regions]),
  );
});

function correlation(a: readonly number[], b: readonly number[]): number {
  const sum = (of: (i: number) => number) => a.reduce((total, _, i) => total + of(i), 0);
  return sum((i) => a[i]! * b[i]!) / Math.sqrt(sum((i) => a[i]! ** 2) * sum((i) => b[i]! ** 2));
}

/** A release step that is given something else than it should be. */
const changed = (change: (closed: ClosedWindow, rules: ReleaseRules) => [ClosedWindow, ReleaseRules]) =>
  ((closed, occasion, rules, ...rest) => {
    const [window, other] = change(closed, rules);
    return release(window, occasion, other, ...rest);
  }) as typeof release;

/** Each of these could be a slip of a later change; the check above must not let one through. */
const MUTANTS: Record<string, Ways> = {
  'half the scale': {
    ...DAEMON,
    release: changed((closed, rules) => [closed, { ...rules, epsilonPerWindow: 2 * rules.epsilonPerWindow }]),
  },
  'no noise': { ...DAEMON, release: changed((closed, rules) => [closed, { ...rules, noise: 'none' }]) },
  'drawn again after a crash': { ...DAEMON, afterCrash: () => new SimDisk(seeded(SEED)) },
  'windows that overlap': {
    ...DAEMON,
    windows() {
      const windows = DAEMON.windows();
      return {
        add(slot) {
          // As a window of twice the length that moves on by its half would have it.
          windows.add({ ...slot, earnedAtMs: slot.earnedAtMs + MINUTE });
          return windows.add(slot);
        },
        close: (nowMs) => windows.close(nowMs),
      };
    },
  },
  'regions at half the scale': {
    ...DAEMON,
    rules: WITH_REGIONS,
    release: changed((closed, rules) => [closed, { ...rules, regions: { epsilonPerWindow: 2 * EPSILON } }]),
  },
  'a slot in two regions': {
    ...DAEMON,
    rules: WITH_REGIONS,
    release: changed((closed, rules) => [
      { ...closed, regions: { ...closed.regions, eyes: closed.regions.brows } },
      rules,
    ]),
  },
};

for (const [name, ways] of Object.entries(MUTANTS))
  t.test(`${name}: found out by the same check`, async (t) => {
    const { epsilon, look } = await leastEpsilon(ways);
    const claimed = epsilonOf(ways.rules);
    t.ok(epsilon > claimed, `${epsilon.toFixed(2)} certain (${look}), ${claimed} claimed`);
  });
