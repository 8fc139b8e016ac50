import { type JsonSchema, jsonSchema } from './json-schema.ts';
import { allowedIn } from './shape.ts';

/** One key of the configuration; lists show as `[]` in its path. */
export interface Key {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** Every key of the schema, blocks before what is in them. */
export function* keys(schema: JsonSchema = jsonSchema, prefix = ''): Generator<Key> {
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    yield { path, schema: inner, required: schema.required?.includes(name) ?? false };
    yield* keys(inner, path);
    if (inner.type === 'array' && inner.items) yield* keys(inner.items, `${path}[]`);
  }
}

const START = '<!-- keys: written by `micron-edge schema --write` -->';
const END = '<!-- end of keys -->';

function row({ path, schema, required }: Key): string {
  const block = schema.type === 'object';
  const preset = block || schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``;
  const cells = [
    `\`${path}\`${required ? ' *' : ''}`,
    schema.description ?? '',
    block ? '' : allowedIn(schema),
    preset,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** The table of keys in Markdown. */
export const keyTable = (): string =>
  ['| Key | What | Allowed | Default |', '|---|---|---|---|', ...[...keys()].map(row)].join('\n');

/** `text` with the table between its markers made current; throws a plain Error when it has no markers, for that is our defect. */
export function withKeyTable(text: string): string {
  const start = text.indexOf(START);
  const end = text.indexOf(END, start);
  if (start < 0 || end < 0) throw new Error('no markers for the table of keys');
  return `${text.slice(0, start + START.length)}\n\n${keyTable()}\n\n${text.slice(end)}`;
}
