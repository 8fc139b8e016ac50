import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ROOT } from '../../agent/installation.ts';
import { exported } from './built.ts';

const FOLDER = join(ROOT, 'deploy/node-red');

t.test('the flow is what its parts make', async (t) => {
  const { text: built } = exported<{ text: string }>(join(FOLDER, 'build.mjs'));
  t.ok(
    built === readFileSync(join(FOLDER, 'flow.json'), 'utf8'),
    'renew it with: node deploy/node-red/build.mjs',
  );
});

t.test('every wire has an end, and no login or address of somebody is in it', async (t) => {
  const text = readFileSync(join(FOLDER, 'flow.json'), 'utf8');
  const nodes: { id: string; wires?: string[][] }[] = JSON.parse(text);
  const ids = new Set(nodes.map(({ id }) => id));
  t.equal(ids.size, nodes.length);
  for (const { id, wires = [] } of nodes)
    for (const end of wires.flat()) t.ok(ids.has(end), `${id} to ${end}`);
  t.notMatch(text, /password|credentials|127\.0\.0\.1/);
});
