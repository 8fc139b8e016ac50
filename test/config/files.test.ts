import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { jsonSchemaText } from '../../agent/config/json-schema.ts';
import { keys, withKeyTable } from '../../agent/config/key-table.ts';
import { loadConfig } from '../../agent/config/load.ts';
import { judge } from '../../agent/governance/gate.ts';
import { ROOT } from '../../agent/installation.ts';

const read = (name: string) => readFileSync(join(ROOT, 'config', name), 'utf8');
const RENEW = 'renew it with `npm run schemas`';

t.test('what is made from the schema is up to date', async (t) => {
  t.equal(read('micron-edge.schema.json'), jsonSchemaText(), RENEW);
  t.equal(read('README.md'), withKeyTable(read('README.md')), RENEW);
});

t.test('the example is right, may start, and shows every key', async (t) => {
  const { config } = await loadConfig(join(ROOT, 'config/micron-edge.example.yaml'));
  t.same(judge(config, new Date('2026-11-24')), []);
  const text = read('micron-edge.example.yaml');
  for (const { path } of keys()) {
    const name = path.split('.').at(-1)!;
    t.match(text, new RegExp(`(^|[\\s#-])${name}:`, 'm'), path);
  }
});

t.test('the demo is right and may start', async (t) => {
  const { config } = await loadConfig(join(ROOT, 'config/demo.yaml'));
  t.same(judge(config, new Date()), []);
});
