import t from 'tap';
import { Progress } from '../../agent/supervise/progress.ts';
import { Watchdog } from '../../agent/supervise/watchdog.ts';

const WINDOW_MS = 900_000;
const ALL = ['looked', 'released', 'closed', 'heard'] as const;

/** A daemon of which some parts go on working while time passes, and others do not. */
function watched() {
  let upMs = 1_000;
  const progress = new Progress(() => upMs, WINDOW_MS);
  const said = { alive: 0, status: [] as string[], log: [] as object[] };
  const watchdog = new Watchdog(
    progress,
    { alive: () => said.alive++, status: (text) => said.status.push(text) },
    { error: (fields) => said.log.push(fields) },
  );
  const pass = (seconds: number, ...working: (typeof ALL)[number][]) => {
    for (let s = 0; s < seconds; s++) {
      upMs += 1_000;
      for (const part of working) progress[part]();
    }
  };
  return { progress, watchdog, said, pass };
}

t.test('fed while everything goes on', async (t) => {
  const { progress, watchdog, said, pass } = watched();
  pass(3_600, ...ALL);
  watchdog.look();
  t.equal(progress.stuck, undefined);
  t.equal(said.alive, 1);
  t.same(said.log, []);
});

for (const [part, what, afterS] of [
  ['capture', 'looked', 30],
  ['releases', 'released', 30],
  ['windows', 'closed', 3 * 900 + 30],
  ['cameras', 'heard', 180],
] as const)
  t.test(`not fed when ${part} hang, and said once`, async (t) => {
    const { progress, watchdog, said, pass } = watched();
    const working = ALL.filter((each) => each !== what);
    pass(afterS, ...working);
    watchdog.look();
    t.equal(said.alive, 1, 'not yet');
    pass(1, ...working);
    watchdog.look();
    watchdog.look();
    t.equal(progress.stuck, part);
    t.equal(said.alive, 1);
    t.same(said.status, [`no progress: ${part}`]);
    t.same(said.log, [{ code: 'stuck', part }]);
    pass(1, ...ALL);
    watchdog.look();
    t.equal(said.alive, 2, 'and again when it goes on');
  });
