import t from 'tap';
import { RateDay } from '../../agent/supervise/rate-day.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-24T06:00:00Z');

/** A camera that is looked at once a second, at these rates. */
function watched() {
  const day = new RateDay();
  let upMs = 0;
  const now = () => START + upMs;
  const pass = (seconds: number, lookedFps: number, shed?: 'overload' | 'thermal') => {
    for (let s = 0; s < seconds; s++) {
      upMs += 1_000;
      day.note(lookedFps, 25, shed, now(), upMs);
    }
  };
  const idle = (ms: number) => {
    upMs += ms;
  };
  return { day, pass, idle, told: () => day.told(now()) };
}

t.test('the least of a day, changed with the hour only', async (t) => {
  const { pass, told } = watched();
  pass(1_800, 25);
  pass(120, 14, 'overload');
  t.equal(told(), undefined, 'an hour must be over');
  pass(1_800, 25);
  t.same(told(), { wantedFps: 25, lowestFps: 14, shedding: 'overload' });
  for (let hour = 0; hour < 20; hour++) {
    pass(3_600, hour % 2 === 0 ? 25 : 20, 'overload');
    t.equal(told()?.lowestFps, 14, 'whoever comes and goes');
  }
  pass(6 * 3_600, 25);
  t.equal(told()?.lowestFps, 20);
  pass(24 * 3_600, 25);
  t.same(told(), { wantedFps: 25, lowestFps: 25 });
});

t.test('seconds that were bad are no minute that was, and a minute with a hole is none', async (t) => {
  const { day, pass, told, idle } = watched();
  pass(90, 25);
  pass(3, 0);
  pass(60, 25);
  pass(20, 2);
  day.interrupted();
  idle(30_000);
  pass(61, 25);
  idle(HOUR);
  t.ok(told()!.lowestFps > 23);
});

t.test('a clock that is set back a week does not keep what it knew for a week', async (t) => {
  const day = new RateDay();
  for (let s = 0; s <= 61; s++) day.note(10, 25, 'overload', START + s * 1000, s * 1000);
  t.equal(day.told(START + HOUR)?.lowestFps, 10);
  t.equal(day.told(START - 7 * 24 * HOUR), undefined);
});
