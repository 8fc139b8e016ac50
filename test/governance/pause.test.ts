import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { hold, lift, pausesIn } from '../../agent/governance/pause.ts';

t.test('each side has its own, and a local one comes first', async (t) => {
  const folder = t.testdir();
  t.same(await pausesIn(folder), []);
  await hold(folder, 'mqtt');
  await hold(folder, 'local');
  await hold(folder, 'local');
  const pauses = await pausesIn(folder);
  t.same(
    pauses.map(({ by }) => by),
    ['local', 'mqtt'],
  );
  for (const { sinceMs } of pauses) t.equal(sinceMs % 60_000, 0, 'to the minute');
  for (const name of readdirSync(folder)) {
    const { mode, size } = statSync(join(folder, name));
    t.same([mode & 0o777, size], [0o600, 0], `${name} is private and empty`);
  }
  t.equal(await lift(folder, 'local'), true);
  t.equal(await lift(folder, 'local'), false);
  t.match(await pausesIn(folder), [{ by: 'mqtt' }]);
});

t.test('whoever cannot look takes it that there is a pause', async (t) => {
  const folder = t.testdir({ file: '' });
  t.match(await pausesIn(join(folder, 'file')), [{ by: 'local' }, { by: 'mqtt' }]);
});
