import type { CommonWords } from './common.ts';
import { type DatasheetWords, datasheet } from './datasheet.ts';
import { type DpiaWords, dpia } from './dpia.ts';
import * as en from './en/words.ts';
import type { Facts } from './facts.ts';
import * as ja from './ja/words.ts';
import { type NoticeWords, notice } from './notice.ts';
import type { Paper } from './paper.ts';

/** Everything that is said in one language. */
export interface Words {
  readonly common: CommonWords;
  readonly notice: NoticeWords;
  readonly datasheet: DatasheetWords;
  readonly dpia: DpiaWords;
}

export const LANGUAGES = { en, ja } as const satisfies Readonly<Record<string, Words>>;
export type Language = keyof typeof LANGUAGES;

/** The paper of a kind, filled in, in a language. */
export function paper(kind: Paper['kind'], language: Language, facts: Facts): Paper {
  const words: Words = LANGUAGES[language];
  switch (kind) {
    case 'notice':
      return notice(facts, words.common, words.notice);
    case 'datasheet':
      return datasheet(facts, words.common, words.datasheet);
    case 'dpia':
      return dpia(facts, words.common, words.dpia);
  }
}
