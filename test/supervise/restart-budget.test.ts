import t from 'tap';
import { RestartBudget } from '../../agent/supervise/restart-budget.ts';

t.test('waits double, then a cool-down, then anew', async (t) => {
  let nowMs = 0;
  const budget = new RestartBudget(
    () => nowMs,
    () => 1,
  );
  const die = (ranMs = 0) => {
    nowMs += ranMs;
    const { waitMs, exhausted } = budget.died(ranMs);
    nowMs += waitMs;
    return exhausted ? `cool-down ${waitMs}` : waitMs;
  };
  const round = Array.from({ length: 10 }, () => die());
  t.same(round, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 'cool-down 300000']);
  t.equal(die(), 500);
  t.equal(die(), 1_000);
  t.equal(die(61_000), 500, 'one that ran for a minute was healthy');
});

t.test('who dies now and then is never cooled down', async (t) => {
  let nowMs = 0;
  const budget = new RestartBudget(() => nowMs);
  for (let i = 0; i < 100; i++) {
    nowMs += 70_000;
    const { waitMs, exhausted } = budget.died(70_000);
    if (exhausted || waitMs > 500) t.fail(`${waitMs} ms after ${i} deaths`);
  }
  t.pass('100 deaths, one every 70 seconds');
});
