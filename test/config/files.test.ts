import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { effective } from '../../agent/config/dump.ts';
import { jsonSchemaText } from '../../agent/config/json-schema.ts';
import { keys, withKeyTable } from '../../agent/config/key-table.ts';
import { loadConfig } from '../../agent/config/load.ts';
import { judge } from '../../agent/governance/gate.ts';
import { ROOT } from '../../agent/installation.ts';
import { configOf, problemsOf } from './written.ts';

const committed = (name: string): string => readFileSync(join(ROOT, 'config', name), 'utf8');
const RENEW = 'renew it with: npm run schemas';

t.test('what is made from the schema is current', async (t) => {
  t.ok(committed('micron-edge.schema.json') === jsonSchemaText(), `config/micron-edge.schema.json: ${RENEW}`);
  const readme = committed('README.md');
  t.ok(readme === withKeyTable(readme), `the table in config/README.md: ${RENEW}`);
});

t.test('every key says what it is', async (t) => {
  for (const { path, schema } of keys()) t.ok(schema.description, path);
});

t.test('the example and the demo are right, and allowed to start', async (t) => {
  for (const name of ['micron-edge.example.yaml', 'demo.yaml']) {
    const { config } = await loadConfig(join(ROOT, 'config', name));
    t.same(judge(config, new Date()), [], name);
    t.equal(committed(name).split('\n')[0], '# yaml-language-server: $schema=micron-edge.schema.json');
  }
});

/** Keys as in the table: lists show as `[]`. */
function written(value: unknown, prefix = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => written(item, `${prefix}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    return [path, ...written(inner, path)];
  });
}

t.test('the example has every key of the schema, and each is explained', async (t) => {
  const { parse } = await import('yaml');
  const text = committed('micron-edge.example.yaml');
  const all = text.replace(/^(\s*)#(?=[a-zA-Z]+:)/gm, '$1');
  const present = new Set(written(parse(all)));
  for (const { path } of keys()) t.ok(present.has(path), path);
  t.ok(await configOf(all), 'and is still right with the keys that are off switched on');
});

t.test('what check --show prints loads to the same', async (t) => {
  for (const name of ['micron-edge.example.yaml', 'demo.yaml']) {
    const { config } = await loadConfig(join(ROOT, 'config', name));
    t.same(await configOf(effective(config)), config, name);
  }
});

t.test('the README shows what is really printed', async (t) => {
  const [, yaml, printed] = /```yaml\n([\s\S]*?)```[\s\S]*?```text\n([\s\S]*?)```/.exec(
    committed('README.md'),
  )!;
  const lines = (await problemsOf(yaml!)).map((line) => line.replace('c.yaml', 'plant.yaml'));
  t.ok(lines.length > 5);
  for (const line of lines) t.ok(printed!.includes(`\n${line}\n`), line);
});
