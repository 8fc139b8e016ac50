import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Ledger } from '../../agent/aggregate/ledger.ts';
import { release } from '../../agent/aggregate/release.ts';
import { WindowCounts } from '../../agent/aggregate/window.ts';

const RULES = {
  minHeadCount: 5,
  noise: 'discrete-laplace' as const,
  slotsPerTrack: 3,
  assumedTracksPerPerson: 4,
  epsilonPerWindow: 1,
  epsilonPerDay: 2,
};
const MINUTE = 60_000;
const DAY = 86_400_000;
const closed = (n: number, none = 500) => ({
  zoneId: 'press',
  window: { startMs: n * MINUTE, endMs: (n + 1) * MINUTE },
  counts: { none, negative: 3, positive: 2, surprise: 1 },
});

t.test('a small zone is withheld without a draw, whatever happened in it', async (t) => {
  await using ledger = await Ledger.open(t.testdir(), 0);
  const { state } = await release(closed(1), 4, RULES, ledger, 2 * MINUTE);
  t.equal(state, 'withheld');
  t.equal(ledger.spent('press', 2 * MINUTE), 0);
});

t.test('noise is drawn once per window, also over a crash', async (t) => {
  const folder = t.testdir();
  let first: unknown;
  {
    await using ledger = await Ledger.open(folder, 0);
    first = await release(closed(1), 8, RULES, ledger, 2 * MINUTE);
    t.same(await release(closed(1), 8, RULES, ledger, 2 * MINUTE), first);
  }
  // The crash of a writer leaves half a line; nobody was told of that release.
  appendFileSync(join(folder, 'releases.jsonl'), '{"zone":"press","startMs":12');
  await using ledger = await Ledger.open(folder, 3 * MINUTE);
  t.same(await release(closed(1), 8, RULES, ledger, 3 * MINUTE), first);
  t.equal(readFileSync(join(folder, 'releases.jsonl'), 'utf8').split('\n').length, 2);
});

t.test('the daily budget ends releases, and comes back after 24 hours', async (t) => {
  await using ledger = await Ledger.open(t.testdir(), 0);
  for (const n of [1, 2])
    t.match(await release(closed(n), 8, RULES, ledger, n * MINUTE), { state: 'released' });
  t.match(await release(closed(3), 8, RULES, ledger, 3 * MINUTE), { state: 'withheld', reason: 'budget' });
  t.match(await release(closed(1441), 8, RULES, ledger, DAY + 2 * MINUTE), { state: 'released' });
});

t.test('few slots: paid for and withheld by the noised total', async (t) => {
  await using ledger = await Ledger.open(t.testdir(), 0);
  const rules = { ...RULES, noise: 'none' as const };
  const empty = { ...closed(1), counts: { none: 4, negative: 0, positive: 0, surprise: 0 } };
  t.match(await release(empty, 8, rules, ledger, MINUTE), { state: 'withheld', reason: 'total' });
});

t.test('a ledger that is not ours or not writable stops the start', async (t) => {
  const folder = t.testdir({ 'releases.jsonl': 'hello\n' });
  await t.rejects(Ledger.open(folder, 0), { code: 'ledger-corrupt' });
  await t.rejects(Ledger.open(join(folder, 'releases.jsonl/x'), 0), { code: 'ledger-unwritable' });
});

t.test('windows: aligned, complete, late slots counted until the grace is over', async (t) => {
  const windows = new WindowCounts(['a', 'b'], MINUTE, 1_500, 30_000);
  const slot = (earnedAtMs: number, zoneId = 'a') => windows.add({ zoneId, earnedAtMs, label: 'negative' });
  t.ok(slot(59_999));
  t.same(windows.close(61_000), [], 'still in its grace');
  t.ok(slot(59_000));
  t.notOk(slot(61_000, 'elsewhere'));
  const over = windows.close(61_500);
  t.same(
    over.map(({ zoneId, counts }) => [zoneId, counts.negative]),
    [
      ['a', 2],
      ['b', 0],
    ],
  );
  t.same(over[0]!.window, { startMs: 0, endMs: MINUTE });
  t.notOk(slot(59_999), 'its window is closed');
  t.equal(windows.close(10 * DAY).length, 2, 'a clock that jumped does not make a flood');
});
