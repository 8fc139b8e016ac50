import t from 'tap';
import { MemoryWatch } from '../../agent/supervise/memory-watch.ts';

t.test('said once, and again when there was enough in between', async (t) => {
  let available = 50;
  const said: object[] = [];
  const watch = new MemoryWatch({ warn: (fields) => said.push(fields) }, async () => ({
    available,
    total: 100,
  }));
  for (available of [50, 6, 4, 3, 6, 4, 9, 4]) await watch.look();
  t.same(said, [{ code: 'memory-low' }]);
  for (available of [11, 4]) await watch.look();
  t.equal(said.length, 2);
});

t.test('the memory of this machine', async (t) => {
  const said: object[] = [];
  await new MemoryWatch({ warn: (fields) => said.push(fields) }).look();
  t.ok(said.length <= 1);
});
