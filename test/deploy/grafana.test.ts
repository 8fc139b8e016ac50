import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import ts from 'typescript';
import { parse } from 'yaml';
import { LABELS, REGIONS } from '../../agent/domain/signal.ts';
import { ROOT } from '../../agent/installation.ts';
import { exported } from './built.ts';

const FOLDER = join(ROOT, 'deploy/grafana');
const committed = (name: string) => readFileSync(join(FOLDER, name), 'utf8');

t.test('dashboard and telegraf.conf are what build.mjs makes', async (t) => {
  const { files } = exported<{ files: Record<string, string> }>(join(FOLDER, 'build.mjs'));
  for (const [name, text] of Object.entries(files))
    t.ok(text === committed(name), `${name}: renew it with: node deploy/grafana/build.mjs`);
});

// JSON has no enums: a string enum counts as the strings that it stands for.
const PLAIN = `import type { Dashboard } from '@grafana/schema';
type Plain<T> = T extends string ? \`\${T}\` : T extends (infer U)[] ? Plain<U>[]
  : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
export const dashboard: Plain<Dashboard> = `;

/** What TypeScript says of dashboards as values of Grafana's own type `Dashboard`, from the package @grafana/schema. */
function complaints(dashboards: readonly string[]): string[][] {
  const texts = new Map(
    dashboards.map((text, i) => [join(ROOT, `test/deploy/dashboard-${i}.ts`), `${PLAIN}${text};\n`]),
  );
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    lib: ['lib.es2015.d.ts'],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) => {
    const text = texts.get(name);
    return text === undefined ? read(name, version) : ts.createSourceFile(name, text, version, true);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  return [...texts.keys()].map((path) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(path))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')),
  );
}

t.test("the dashboard is one by Grafana's own types", async (t) => {
  const text = committed('dashboards/micron-edge.json');
  const [right, number, name, value] = complaints([
    text,
    text.replace('"schemaVersion": 41', '"schemaVersion": "new"'),
    text.replace('"gridPos"', '"gridPosition"'),
    text.replace('"mode": "fixed"', '"mode": "striped"'),
  ]);
  t.same(right, []);
  t.match(number, [/not assignable/]);
  t.match(name, [/gridPosition/]);
  t.match(value, [/striped/]);
});

t.test('provisioning and dashboard name the same data source, and no secret', async (t) => {
  const { datasources } = parse(committed('provisioning/datasources/micron-edge.yaml'));
  const dashboard = committed('dashboards/micron-edge.json');
  const uids = [...dashboard.matchAll(/"uid": "([^"]+)"/g)].map(([, uid]) => uid);
  t.same(new Set(uids), new Set([datasources[0].uid]));
  t.equal(datasources[0].secureJsonData.password, '$INFLUX_PASSWORD');
  t.ok(parse(committed('provisioning/dashboards/micron-edge.yaml')).providers[0].options.path);
});

t.test('every label and region has its field', async (t) => {
  const { MEASUREMENTS } = exported<{ MEASUREMENTS: { name: string; fields: { path: string }[] }[] }>(
    join(FOLDER, 'measurements.mjs'),
  );
  const paths = MEASUREMENTS.find(({ name }) => name === 'micron_edge_signal')!.fields.map(
    ({ path }) => path,
  );
  for (const label of LABELS) t.ok(paths.includes(`slots.${label}`), label);
  for (const region of REGIONS) t.ok(paths.includes(`regions.slots.${region}`), region);
});
