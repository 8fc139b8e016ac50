import t from 'tap';
import { Runs, RunWatch } from '../../agent/inference/runs.ts';

/** A run that ends when it is told to. */
function slow() {
  let end = () => {};
  const run = () =>
    new Promise<string>((resolve) => {
      end = () => resolve('done');
    });
  return { run, end: () => end() };
}

/** Looks every half second for so long; the second at which a run was found to hang. */
function watchFor(seconds: number, watch: RunWatch, from: { nowMs: number }): number | undefined {
  for (let s = 0.5; s <= seconds; s += 0.5) {
    from.nowMs += 500;
    if (watch.hangs(from.nowMs)) return s;
  }
  return undefined;
}

t.test('a run that does not come back is seen; the first may take minutes', async (t) => {
  const runs = new Runs();
  const watch = new RunWatch(runs.cells);
  const clock = { nowMs: 0 };
  const { run, end } = slow();
  const watched = runs.watched(run);
  t.equal(watchFor(3_600, watch, clock), undefined, 'nothing runs, nothing hangs');
  const first = watched();
  t.equal(watchFor(590, watch, clock), undefined, 'it is planned');
  end();
  t.equal(await first, 'done');
  const second = watched();
  t.equal(watchFor(30, watch, clock), 11);
  end();
  await second;
  t.equal(watchFor(60, watch, clock), undefined, 'it came back after all');
});

t.test('many short runs are progress, however long they go on', async (t) => {
  const runs = new Runs();
  const watch = new RunWatch(runs.cells);
  const clock = { nowMs: 0 };
  const { run, end } = slow();
  const watched = runs.watched(run);
  for (let n = 0; n < 100; n++) {
    const now = watched();
    if (watchFor(5, watch, clock) !== undefined) return void t.fail('hangs');
    end();
    await now;
  }
  t.pass('500 s');
});

t.test('a run that fails has come back, with its error', async (t) => {
  const runs = new Runs();
  const watch = new RunWatch(runs.cells);
  await t.rejects(
    runs.watched(async () => {
      throw new Error('no memory');
    })(),
    { message: 'no memory' },
  );
  t.equal(watchFor(3_600, watch, { nowMs: 0 }), undefined);
});

t.test('a machine that slept has not waited', async (t) => {
  const runs = new Runs();
  const watch = new RunWatch(runs.cells);
  const done = slow();
  const watched = runs.watched(done.run);
  const first = watched();
  done.end();
  await first;
  const second = watched();
  t.notOk(watch.hangs(0));
  t.notOk(watch.hangs(3_600_000));
  done.end();
  await second;
});
