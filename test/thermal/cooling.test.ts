import t from 'tap';
import { Cooling } from '../../agent/thermal/cooling.ts';
import { seeded } from '../support/random.ts';

const at = (marginC: number, throttled = false) => ({ hottestC: 99 - marginC, marginC, throttled });

t.test('less when it is hot, as it is between, more again when it is cool', async (t) => {
  const cooling = new Cooling(5);
  cooling.look(at(20), 25, 0);
  t.equal(cooling.capFps, undefined);
  cooling.look(at(7), 25, 10_000);
  t.equal(cooling.capFps, 20);
  cooling.look(at(7), 25, 20_000);
  t.equal(cooling.capFps, 20, 'a heat sink takes its time');
  cooling.look(at(7), 25, 40_000);
  t.equal(cooling.capFps, 16);
  for (let s = 50; s < 600; s += 10) cooling.look(at(11), 25, s * 1000);
  t.equal(cooling.capFps, 16, 'hysteresis');
  cooling.look(at(15), 25, 600_000);
  t.equal(cooling.capFps, 18);
  for (let s = 610; s < 1_300; s += 10) cooling.look(at(15), 25, s * 1000);
  t.equal(cooling.capFps, undefined);
});

t.test('hot, because the kernel says so by its deeds, and never below the floor', async (t) => {
  const cooling = new Cooling(5);
  for (let s = 0; s < 600; s += 10) cooling.look(at(30, true), 25, s * 1000);
  t.equal(cooling.capFps, 5);
});

t.test('without trip points there is a usual one; without sensors nothing is done', async (t) => {
  const cooling = new Cooling(5);
  cooling.look({ hottestC: 88, marginC: undefined, throttled: false }, 25, 0);
  t.equal(cooling.capFps, 20);
  const blind = new Cooling(5);
  blind.look({ hottestC: undefined, marginC: undefined, throttled: false }, 25, 0);
  t.equal(blind.capFps, undefined);
});

const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);
t.test(`a box in a warm cabinet settles below where the kernel acts, seed ${SEED}`, async (t) => {
  const random = seeded(SEED);
  for (let round = 0; round < 50; round++) {
    // A heat sink of first order: so warm at rest, so much warmer at full work, so slow.
    const ambientC = 35 + 30 * random();
    const risePerFps = 1 + random();
    const tauS = 60 + 240 * random();
    const cooling = new Cooling(5);
    let c = ambientC;
    let changes = 0;
    const caps: number[] = [];
    for (let s = 0; s < 14_400; s += 10) {
      const before = cooling.capFps;
      cooling.look({ hottestC: c, marginC: 99 - c, throttled: c > 99 }, 25, s * 1000);
      c += ((ambientC + risePerFps * Math.min(25, cooling.capFps ?? 25) - c) * 10) / tauS;
      if (s > 7_200) {
        caps.push(cooling.capFps ?? 25);
        if (before !== cooling.capFps) changes++;
      }
      if (s > 3_600 && c > 99) return void t.fail(`${c} degrees in round ${round}`);
    }
    const needed = Math.min(25, Math.max(5, (99 - 14 - ambientC) / risePerFps));
    if (Math.max(...caps) < 0.7 * needed)
      return void t.fail(`${Math.max(...caps)} where ${needed} can be had, round ${round}`);
    if (changes > 40) return void t.fail(`${changes} changes in two hours, round ${round}`);
  }
  t.pass('fifty boxes');
});
