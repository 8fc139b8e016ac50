import t from 'tap';
import { type Cost, Spent } from '../../agent/aggregate/spent.ts';
import { agentScript } from '../support/memory.ts';
import { seeded } from '../support/random.ts';

t.test('sums, knows and forgets as a plain list does', async (t) => {
  const seed = Date.now() % 2 ** 32;
  t.comment(`seed ${seed}`);
  const random = seeded(seed);
  const whole = (most: number) => Math.floor(random() * most);
  const spent = new Spent();
  let list: Cost[] = [];
  let nowMs = 0;
  for (let n = 1; n <= 3_000; n++) {
    nowMs += whole(1_000);
    const startMs = 1_000 * whole(5_000);
    const zone = `zone-${whole(3)}`;
    // Messages are not taken in the order in which they were entered.
    const cost = {
      n,
      zone,
      startMs,
      endMs: startMs + 1_000,
      epsilon: whole(8) / 4,
      provenMs: nowMs - whole(5_000),
    };
    spent.add(cost);
    list.push(cost);
    if (n % 400 === 0) {
      const untilMs = nowMs - whole(200_000);
      const left = list.filter(({ provenMs }) => provenMs > untilMs);
      if (spent.forget(untilMs) !== left.length < list.length)
        t.fail('says wrongly whether it has forgotten');
      list = left;
    }
    if (n % 50 !== 0) continue;
    const sinceMs = nowMs - whole(300_000);
    for (const of of ['zone-0', 'zone-1', 'zone-2', 'nowhere']) {
      const mine = list.filter((each) => each.zone === of);
      const sum = mine.reduce((all, each) => all + (each.provenMs > sinceMs ? each.epsilon : 0), 0);
      if (spent.sum(of, sinceMs) !== sum)
        t.fail(`${of} since ${sinceMs}: ${spent.sum(of, sinceMs)}, not ${sum}`);
      if (spent.has(of, startMs) !== mine.some((each) => each.startMs === startMs))
        t.fail(`${of} ${startMs}`);
    }
  }
  const byNumber = (a: Cost, b: Cost) => a.n - b.n;
  t.same([...spent].sort(byNumber), list.toSorted(byNumber));
  t.equal(spent.forget(nowMs), true);
  t.same([...spent], []);
});

t.test('what a day of releases leaves in memory is little', async (t) => {
  const { bytes, releases } = await agentScript('aggregate/ledger-memory.js');
  t.ok(bytes < 100 * releases, `${Math.round(bytes / releases)} bytes for each of ${releases} releases`);
});
