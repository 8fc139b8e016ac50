import t from 'tap';
import { Lag } from '../../agent/pace/lag.ts';
import { LoadMeter } from '../../agent/pace/load.ts';
import { Pace } from '../../agent/pace/pace.ts';
import { seeded } from '../support/random.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);

t.test('all pictures, until somebody says otherwise', async (t) => {
  const pace = new Pace();
  t.ok([0, 40, 80, 80, 10].every((ptsMs) => pace.takes(ptsMs)));
});

t.test('25 a second come and 15 may be looked at: evenly', async (t) => {
  const pace = new Pace();
  pace.grant(15);
  const taken = Array.from({ length: 11 }, (_, n) => n * 40).filter((ptsMs) => pace.takes(ptsMs));
  t.same(taken, [0, 80, 160, 200, 280, 360, 400]);
  pace.grant(undefined);
  t.ok([440, 480, 520].every((ptsMs) => pace.takes(ptsMs)));
});

t.test(`as many as granted, for any rates, and no gap longer than it must be, seed ${SEED}`, async (t) => {
  const random = seeded(SEED);
  for (let round = 0; round < 300; round++) {
    const sentFps = 5 + 55 * random();
    const grantedFps = 2 + 30 * random();
    const jitterMs = 3 * random();
    const pace = new Pace();
    pace.grant(grantedFps);
    const seconds = 20;
    const taken: number[] = [];
    for (let n = 0; n < seconds * sentFps; n++) {
      const ptsMs = (n * 1000) / sentFps + jitterMs * random();
      if (pace.takes(ptsMs)) taken.push(ptsMs);
    }
    const wanted = Math.min(sentFps, grantedFps);
    const rate = taken.length / seconds;
    const gaps = taken.slice(1).map((ptsMs, i) => ptsMs - taken[i]!);
    const longest = 1000 / grantedFps + 1000 / sentFps + jitterMs + 2;
    if (rate > grantedFps + 0.2 || rate < 0.9 * wanted)
      return void t.fail(`${rate} of ${wanted}, round ${round}`);
    if (Math.max(...gaps) > longest) return void t.fail(`${Math.max(...gaps)} ms, round ${round}`);
  }
  t.pass('300 pairs of rates');
});

t.test('a clock that jumps is followed, and a gap is not made up for', async (t) => {
  const pace = new Pace();
  pace.grant(10);
  t.ok(pace.takes(0));
  t.notOk(pace.takes(40));
  t.ok(pace.takes(3_600_000), 'forward');
  t.notOk(pace.takes(3_600_040));
  t.ok(pace.takes(500), 'and back');
  t.notOk(pace.takes(540));
  t.ok(pace.takes(1_400));
  t.ok(pace.takes(1_440), 'one look is made up for');
  t.notOk(pace.takes(1_480), 'and no more');
});

t.test('lag is what pictures fall behind, not how far away the camera is', async (t) => {
  const lag = new Lag();
  for (let n = 0; n < 100; n++) lag.note(n * 40, 70_000 + n * 40 + (n % 3));
  t.ok(lag.lagMs <= 2);
  for (let n = 0; n < 100; n++) lag.note(4_000 + n * 40, 74_000 + n * 60);
  t.equal(lag.lagMs, 99 * 20);
  lag.note(9_000_000, 80_100);
  t.equal(lag.lagMs, 0, 'the clock of the camera was set');
});

t.test('a camera whose clock is 200 millionths fast does not fall behind', async (t) => {
  for (const drift of [0.9998, 1.0002]) {
    const lag = new Lag();
    let worst = 0;
    for (let n = 0; n < 25 * 3_600; n++) {
      lag.note(n * 40 * drift, n * 40);
      worst = Math.max(worst, lag.lagMs);
    }
    t.ok(worst < 50, `${worst} ms in an hour`);
  }
});

t.test('what a camera process says of its work', async (t) => {
  const loop = { active: 0, idle: 0 };
  const load = new LoadMeter(() => ({ ...loop }));
  for (let n = 0; n < 10; n++) load.taken(n * 40, n * 40);
  load.dropped();
  for (let n = 0; n < 8; n++) load.looked(50);
  Object.assign(loop, { active: 300, idle: 700 });
  t.same(
    load.since(),
    { arrived: 11, looked: 8, busyPercent: 40, lagMs: 0 },
    'a GPU is at work while the loop is not',
  );
  Object.assign(loop, { active: 1_200, idle: 800 });
  t.same(load.since(), { arrived: 0, looked: 0, busyPercent: 90, lagMs: 0 }, 'only what was since');
});
