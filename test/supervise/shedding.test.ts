import t from 'tap';
import { type Demand, lowest, Shedding } from '../../agent/supervise/shedding.ts';
import { seeded } from '../support/random.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const FLOOR = 15;

interface Camera {
  readonly sentFps: number;
  /** Time of a processor that one look takes. */
  readonly costS: number;
}

/**
 * A box of some processors on which each camera has a thread. Its scheduler gives everybody the same while there is not
 * enough; the time that a look takes grows when others wait for the same processors.
 */
function box(cameras: readonly Camera[], cores: number, random: () => number) {
  const shedding = new Shedding(FLOOR);
  const caps: (number | undefined)[] = [];
  /** One second, with so much taken by others, in processors. */
  const second = (others = 0): Demand[] => {
    const share = cameras.map(({ sentFps }) => Math.min(sentFps, shedding.capFps ?? sentFps));
    const wanted = cameras.map(({ costS }, i) => Math.min(1, share[i]! * costS));
    let left = Math.max(0.05, cores - others);
    // Water filling: whoever wants least is served first.
    const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
    const got: number[] = [];
    order.forEach((i, n) => {
      got[i] = Math.min(wanted[i]!, left / (order.length - n));
      left -= got[i]!;
    });
    const all = wanted.reduce((sum, each) => sum + each, others) / cores;
    const demands = cameras.map(({ sentFps, costS }, i): Demand => {
      const lookedFps = Math.min(share[i]!, got[i]! / costS) * (0.98 + 0.04 * random());
      const isShort = got[i]! < wanted[i]! - 1e-9 || wanted[i]! >= 1;
      const busy = isShort ? 1 : Math.min(1, wanted[i]! * (1 + 0.15 * all * random()));
      return { sentFps, shareFps: share[i]!, lookedFps, busy, lagMs: 40 + 20 * random() };
    });
    shedding.look(demands, all > 0.97);
    caps.push(shedding.capFps);
    return demands;
  };
  return { second, shedding, caps };
}

/** How often it went up after it had gone down, or the other way round. */
function turns(caps: readonly (number | undefined)[]): number {
  let count = 0;
  let direction = 0;
  caps.forEach((cap, i) => {
    const before = i === 0 ? cap : caps[i - 1];
    const step = Math.sign((cap ?? 1_000) - (before ?? 1_000));
    if (step !== 0 && direction !== 0 && step !== direction) count++;
    if (step !== 0) direction = step;
  });
  return count;
}

/** The highest cap that the box can hold. */
function bestCap(cameras: readonly Camera[], cores: number): number {
  for (let cap = 60; cap > 0; cap -= 0.25) {
    const each = cameras.map(({ sentFps, costS }) => Math.min(sentFps, cap) * costS);
    if (each.every((share) => share <= 1) && each.reduce((sum, share) => sum + share, 0) <= cores) return cap;
  }
  return 0;
}

t.test(`three hundred boxes: each settles, is fair, and does not swing, seed ${SEED}`, async (t) => {
  const random = seeded(SEED);
  let overloaded = 0;
  for (let round = 0; round < 300; round++) {
    const cores = 1 + Math.floor(6 * random());
    const cameras = Array.from({ length: 1 + Math.floor(8 * random()) }, () => ({
      sentFps: 8 + 22 * random(),
      costS: 0.005 + 0.05 * random(),
    }));
    const { second, shedding, caps } = box(cameras, cores, random);
    for (let s = 0; s < 120; s++) second();
    const best = bestCap(cameras, cores);
    const most = Math.max(...cameras.map(({ sentFps }) => sentFps));
    const say = (what: string) =>
      void t.fail(`${what}; round ${round}: ${JSON.stringify({ cores, cameras, best })}`);
    if (best < most) overloaded++;
    for (let s = 0; s < 3_600; s++) {
      const demands = second();
      const cap = shedding.capFps ?? Number.POSITIVE_INFINITY;
      if (cap < FLOOR) return say(`a cap of ${cap}`);
      if (best < FLOOR || caps.at(-1) !== caps.at(-2)) continue;
      // Nobody gets less than the cap while it is the cap that holds, but in the seconds of a try.
      const tried = caps.slice(-12).some((each) => each !== cap && cap !== Number.POSITIVE_INFINITY);
      const starved = demands.find(
        // More than one thread can do is nobody's fault.
        ({ lookedFps, shareFps }, i) => lookedFps < 0.85 * Math.min(shareFps, 1 / cameras[i]!.costS),
      );
      if (starved !== undefined && !tried) return say(`${starved.lookedFps} of ${starved.shareFps}`);
    }
    const settled = caps.slice(-1_800).map((cap) => Math.min(cap ?? most, most));
    const mean = settled.reduce((sum, cap) => sum + cap, 0) / settled.length;
    if (best >= FLOOR && mean < 0.65 * Math.min(best, most)) return say(`a mean cap of ${mean}`);
    if (best >= 1.3 * most && shedding.capFps !== undefined) return say('shed for nothing');
    if (turns(caps.slice(-1_800)) > 24) return say(`${turns(caps.slice(-1_800))} turns in half an hour`);
  }
  t.ok(overloaded > 50, `${overloaded} of 300 boxes had too much to do`);
});

t.test(`a load that comes and goes: shed within a minute, all again within ten, seed ${SEED}`, async (t) => {
  const random = seeded(SEED);
  for (let round = 0; round < 100; round++) {
    const cameras = Array.from({ length: 3 }, () => ({ sentFps: 20 + 10 * random(), costS: 0.012 }));
    const { second, shedding, caps } = box(cameras, 2, random);
    for (let s = 0; s < 300; s++) second();
    t.equal(shedding.capFps, undefined) || t.bailout(`round ${round}`);
    for (let s = 0; s < 60; s++) second(1.4);
    const [first, second60] = [caps.findIndex((cap) => cap !== undefined) - 300, shedding.capFps];
    if (first < 0 || first > 15 || second60 === undefined)
      return void t.fail(`shed after ${first} s, round ${round}`);
    for (let s = 0; s < 1_800; s++) second(1.4);
    for (let s = 0; s < 600; s++) second();
    if (shedding.capFps !== undefined)
      return void t.fail(`${shedding.capFps} after ten minutes, round ${round}`);
  }
});

t.test('pictures that wait are a reason before any is left out', async (t) => {
  const shedding = new Shedding(FLOOR);
  const late: Demand = { sentFps: 25, shareFps: 25, lookedFps: 25, busy: 0.9, lagMs: 900 };
  for (let s = 0; s < 6; s++) shedding.look([late], false);
  t.equal(shedding.capFps, 25 * 0.85);
});

t.test('a camera with more faces than one thread can look at takes nothing from the others', async (t) => {
  const shedding = new Shedding(FLOOR);
  const well: Demand = { sentFps: 25, shareFps: 25, lookedFps: 25, busy: 0.4, lagMs: 50 };
  const crowded: Demand = { ...well, lookedFps: 9, busy: 1 };
  for (let s = 0; s < 600; s++) shedding.look([well, crowded, well], false);
  t.equal(shedding.capFps, undefined, 'the box has time to spare');
  for (let s = 0; s < 6; s++) shedding.look([well, crowded, well], true);
  t.equal(shedding.capFps, 15, 'and if it has none, all give the same');
});

t.test('a box that is well until it is asked for more is asked less and less often', async (t) => {
  const shedding = new Shedding(5);
  const caps: (number | undefined)[] = [];
  for (let s = 0; s < 7_200; s++) {
    const share = Math.min(25, shedding.capFps ?? 25);
    const isOver = share > 12;
    shedding.look(
      [{ sentFps: 25, shareFps: share, lookedFps: isOver ? 9 : share, busy: isOver ? 1 : 0.5, lagMs: 50 }],
      false,
    );
    caps.push(shedding.capFps);
  }
  t.ok(turns(caps) < 2 * (7_200 / 320) * 1.5, `${turns(caps)} turns in two hours`);
});

t.test('with nobody to watch there is nothing to share out', async (t) => {
  const shedding = new Shedding(FLOOR);
  const short: Demand = { sentFps: 25, shareFps: 25, lookedFps: 12, busy: 1, lagMs: 50 };
  for (let s = 0; s < 60; s++) shedding.look([short], false);
  t.equal(shedding.capFps, FLOOR);
  shedding.look([], false);
  t.equal(shedding.capFps, undefined);
});

t.test('the lower of both caps holds, with its reason', async (t) => {
  t.equal(lowest({ overload: undefined, thermal: undefined }), undefined);
  t.same(lowest({ overload: 15, thermal: undefined }), { capFps: 15, reason: 'overload' });
  t.same(lowest({ overload: 15, thermal: 10 }), { capFps: 10, reason: 'thermal' });
  t.same(lowest({ overload: 15, thermal: 20 }), { capFps: 15, reason: 'overload' });
});
