import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { jsonSchemaText } from '../config/json-schema.ts';
import { withKeyTable } from '../config/key-table.ts';
import { EXIT } from '../domain/errors.ts';
import { ROOT } from '../installation.ts';
import type { Io } from '../main.ts';
import { contractFiles } from '../publish/contract/files.ts';

/**
 * `micron-edge schema [NAME]`: prints the JSON Schema of the configuration or one of the papers of the messages; with
 * `--write` renews the files of the repository that are made from them.
 */
export async function schema(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { write: { type: 'boolean' } },
  });
  const contract = contractFiles();
  if (values.write) return write(contract, io);
  const [name = 'configuration'] = positionals;
  const texts = new Map([['configuration', jsonSchemaText()]]);
  for (const [file, text] of contract) texts.set(file.replace(/\..*$/, ''), text);
  const text = texts.get(name);
  if (text === undefined || positionals.length > 1) {
    io.err(
      `micron-edge schema: there is no "${positionals.join(' ')}". Known: ${[...texts.keys()].join(', ')}.\n`,
    );
    return EXIT.config;
  }
  io.out(text);
  return EXIT.ok;
}

async function write(contract: ReadonlyMap<string, string>, io: Io): Promise<number> {
  const readme = join(ROOT, 'config/README.md');
  const files = [
    [join(ROOT, 'config/micron-edge.schema.json'), jsonSchemaText()],
    [readme, withKeyTable(await readFile(readme, 'utf8'))],
    ...[...contract].map(([name, text]) => [join(ROOT, 'agent/publish/contract', name), text]),
  ] as const;
  for (const [path, text] of files) await writeFile(path!, text!);
  io.out(`Written:\n${files.map(([path]) => `  ${path}\n`).join('')}`);
  return EXIT.ok;
}
