import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { jsonSchemaText } from '../config/json-schema.ts';
import { withKeyTable } from '../config/key-table.ts';
import { EXIT } from '../domain/errors.ts';
import { ROOT } from '../installation.ts';
import type { Io } from '../main.ts';

/** `micron-edge schema`: prints the JSON Schema; with `--write` renews the files of the repository that are made from it. */
export async function schema(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { write: { type: 'boolean' } } });
  if (!values.write) {
    io.out(jsonSchemaText());
    return EXIT.ok;
  }
  const schemaFile = join(ROOT, 'config/micron-edge.schema.json');
  const readme = join(ROOT, 'config/README.md');
  await writeFile(schemaFile, jsonSchemaText());
  await writeFile(readme, withKeyTable(await readFile(readme, 'utf8')));
  io.out(`Written: ${schemaFile}, ${readme}\n`);
  return EXIT.ok;
}
