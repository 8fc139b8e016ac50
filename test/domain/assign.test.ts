import t from 'tap';
import { assign } from '../../agent/domain/assign.ts';
import { seeded } from '../support/random.ts';

/** The best total over all ways to assign, by trying them. */
function bruteForce(cost: readonly (readonly number[])[], row = 0, used = new Set<number>()): number {
  if (row === cost.length) return 0;
  let best = Number.POSITIVE_INFINITY;
  for (let column = 0; column < cost[0]!.length; column++) {
    if (used.has(column)) continue;
    used.add(column);
    best = Math.min(best, cost[row]![column]! + bruteForce(cost, row + 1, used));
    used.delete(column);
  }
  return best;
}

t.test('as cheap as the cheapest of all assignments', async (t) => {
  const random = seeded(7);
  for (let round = 0; round < 200; round++) {
    const rows = 1 + Math.floor(random() * 5);
    const columns = rows + Math.floor(random() * 3);
    const cost = Array.from({ length: rows }, () => Array.from({ length: columns }, () => random()));
    const chosen = assign(cost);
    if (new Set(chosen).size !== rows || chosen.includes(-1)) t.fail('a column twice, or a row without one');
    const total = chosen.reduce((sum, column, row) => sum + cost[row]![column]!, 0);
    if (Math.abs(total - bruteForce(cost)) > 1e-9) t.fail(`round ${round}: ${total} is not the least`);
  }
  t.pass('200 rounds');
});

t.test('more rows than columns: the dearest rows go without', async (t) => {
  t.same(assign([[5], [1], [3]]), [-1, 0, -1]);
  t.same(assign([]), []);
  t.same(assign([[], []]), [-1, -1]);
});
