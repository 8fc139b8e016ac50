import t from 'tap';
import { documents, type Section } from './markdown.ts';

const all = documents();
const of = (path: string) => all.find((document) => document.path === path)!;
const [english, japanese] = [of('README.md'), of('README.ja.md')];

/** What is the same in every language. */
const facts = ({ level, links, spans, code, prose }: Section) => ({
  level,
  links: links.filter((link) => !/^README(\.ja)?\.md$/.test(link)),
  spans: [...spans].sort(),
  code: code.map((line) => line.replace(/\s+# .*$/, '')),
  figures: (prose.match(/\d+(?:\.\d+)?/g) ?? []).sort(),
});

t.test('the Japanese README says what the English one says, section by section', async (t) => {
  t.equal(japanese.sections.length, english.sections.length, 'as many headings');
  for (const [i, section] of english.sections.entries())
    t.same(facts(japanese.sections[i]!), facts(section), section.heading);
});

t.test('it is Japanese, all of it', async (t) => {
  for (const { heading, prose } of japanese.sections)
    for (const paragraph of prose.split(/\n\n+/).filter((text) => /[a-z]{3,} [a-z]{2,} [a-z]{2,}/.test(text)))
      t.match(paragraph, /[\p{Script=Hiragana}\p{Script=Katakana}]/u, heading);
});
