import t from 'tap';
import { Progress } from '../../agent/supervise/progress.ts';
import { Watchdog } from '../../agent/supervise/watchdog.ts';

/** A daemon of which some parts go on working while time passes, and others do not. */
function watched() {
  let upMs = 1_000;
  const progress = new Progress(() => upMs);
  const said = { alive: 0, status: [] as string[], log: [] as object[] };
  const watchdog = new Watchdog(
    progress,
    { alive: () => said.alive++, status: (text) => said.status.push(text) },
    { error: (fields) => said.log.push(fields) },
  );
  const pass = (seconds: number, ...working: ('looked' | 'released' | 'heard')[]) => {
    for (let s = 0; s < seconds; s++) {
      upMs += 1_000;
      for (const part of working) progress[part]();
    }
  };
  return { progress, watchdog, said, pass };
}

t.test('fed while everything goes on', async (t) => {
  const { progress, watchdog, said, pass } = watched();
  pass(3_600, 'looked', 'released', 'heard');
  watchdog.look();
  t.equal(progress.stuck, undefined);
  t.equal(said.alive, 1);
  t.same(said.log, []);
});

for (const [part, working, afterS] of [
  ['capture', ['released', 'heard'], 30],
  ['releases', ['looked', 'heard'], 30],
  ['cameras', ['looked', 'released'], 180],
] as const)
  t.test(`not fed when ${part} hang, and said once`, async (t) => {
    const { progress, watchdog, said, pass } = watched();
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
    pass(1, 'looked', 'released', 'heard');
    watchdog.look();
    t.equal(said.alive, 2, 'and again when it goes on');
  });
