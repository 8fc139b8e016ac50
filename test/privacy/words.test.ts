import t from 'tap';
import { LANGUAGES, paper, type Words } from '../../agent/privacy/papers/language.ts';
import { facts, KINDS, REGIONS_ON, SPOKEN } from './plant.ts';

/** Where in a catalogue something is, and of what kind it is. */
function shape(value: unknown, path = ''): string[] {
  if (Array.isArray(value))
    return [`${path}: ${value.length}`, ...value.flatMap((item, i) => shape(item, `${path}[${i}]`))];
  if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}`];
  return Object.keys(value)
    .sort()
    .flatMap((key) => shape((value as Record<string, unknown>)[key], `${path}.${key}`));
}

function* texts(value: unknown, path = ''): Generator<[string, string]> {
  if (typeof value === 'string') yield [path, value];
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) yield* texts(inner, `${path}.${key}`);
}

t.test('both languages have the same, in lists too', async (t) => {
  t.same(shape({ ...LANGUAGES.ja }), shape({ ...LANGUAGES.en }));
});

t.test('nothing is empty, and nothing was left in the other language', async (t) => {
  for (const [path, text] of texts({ ...LANGUAGES.en })) {
    t.not(text.trim(), '', `en${path}`);
    t.notMatch(text, /[\u3040-\u30ff\u4e00-\u9fff]/, `en${path}`);
  }
  for (const [path, text] of texts({ ...LANGUAGES.ja })) {
    t.not(text.trim(), '', `ja${path}`);
    // Latin only in the names of things.
    if (!/\.(lang|separator|colon)$/.test(path) && !/^CPU$/.test(text))
      t.match(text, /[\u3040-\u30ff\u4e00-\u9fff]/, `ja${path}: ${text}`);
  }
});

t.test('papers of both languages have the same parts, row for row', async (t) => {
  for (const jurisdiction of ['EU', 'JP', 'US', 'EU with regions'])
    for (const kind of KINDS) {
      const given = await facts(
        ['jurisdiction: EU', `jurisdiction: ${jurisdiction.slice(0, 2)}`],
        ...(jurisdiction.includes('regions') ? [REGIONS_ON] : []),
      );
      const [en, ja] = SPOKEN.map((language) =>
        paper(kind, language, given).blocks.map((block) => ({
          kind: block.kind,
          size:
            'rows' in block
              ? block.rows.map((row) => row.length)
              : 'items' in block
                ? block.items.length
                : 'cards' in block
                  ? block.cards.map(({ items }) => items.length)
                  : 0,
        })),
      );
      t.same(ja, en, `${kind} in ${jurisdiction}`);
    }
});

t.test('both languages name the same provisions', async (t) => {
  const numbers = (text: string) => (text.match(/\d+/g) ?? []).map(Number).sort((a, b) => a - b);
  for (const jurisdiction of ['EU', 'JP']) {
    const given = await facts(['jurisdiction: EU', `jurisdiction: ${jurisdiction}`]);
    const laws = ({ dpia }: Words) => dpia.laws(given).map(([law]) => numbers(law.replaceAll('III', '')));
    t.ok(laws(LANGUAGES.en).length > 5);
    t.same(laws(LANGUAGES.ja), laws(LANGUAGES.en), jurisdiction);
    for (const frame of ['eu', 'jp'] as const) {
      const rights = ({ notice }: Words) => numbers(notice.rights(frame)[0]);
      t.same(rights(LANGUAGES.ja), rights(LANGUAGES.en), `rights, ${frame}`);
      const sheet = ({ datasheet }: Words) => new Set(numbers(datasheet.law(frame, jurisdiction)));
      t.same(sheet(LANGUAGES.ja), sheet(LANGUAGES.en), `data sheet, ${frame}`);
    }
  }
});
