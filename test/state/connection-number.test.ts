import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ConnectionNumber } from '../../agent/state/connection-number.ts';

t.test('goes up over restarts and begins again after 255', async (t) => {
  const folder = t.testdir();
  const numbers = new ConnectionNumber(folder);
  t.same([await numbers.next(), await numbers.next()], [0, 1]);
  t.equal(await new ConnectionNumber(folder).next(), 2);
  writeFileSync(join(folder, 'sparkplug-connections'), '255\n');
  t.equal(await new ConnectionNumber(folder).next(), 0);
  t.equal(readFileSync(join(folder, 'sparkplug-connections'), 'utf8'), '0\n');
  t.same(readdirSync(folder), ['sparkplug-connections']);
});

t.test('what a power cut has torn counts as nothing; where nothing can be written it says so', async (t) => {
  const folder = t.testdir({ 'sparkplug-connections': '12' });
  const numbers = new ConnectionNumber(folder);
  t.equal(await numbers.next(), 0);
  rmSync(folder, { recursive: true });
  await t.rejects(numbers.next(), { code: 'state-unwritable', fault: 'environment' });
});
