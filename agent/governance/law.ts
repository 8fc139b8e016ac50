import type { Region } from './policy.ts';

/** What a verdict rests on. */
export type Rule = 'purpose' | 'legalBasis' | 'dpia' | 'notice' | 'agreement' | 'demo';

const GDPR = 'Regulation (EU) 2016/679 (GDPR)';
const AI_ACT = 'Regulation (EU) 2024/1689 (AI Act)';

const EU: Readonly<Record<Rule, string>> = {
  purpose: `${AI_ACT}, Art. 5(1)(f)`,
  legalBasis: `${GDPR}, Art. 6(1), and Art. 9(2) where health is concerned`,
  dpia: `${GDPR}, Art. 35`,
  notice: `${GDPR}, Art. 13, and ${AI_ACT}, Art. 50(3)`,
  agreement: `${AI_ACT}, Art. 26(7), and ${GDPR}, Art. 88 with the national law on it`,
  demo: `${GDPR}, Art. 6(1): a demo has no legal basis to watch anybody`,
};

/** Article that a refusal rests on. Elsewhere this software asks for the same and leaves the law of the place to its lawyers. */
export const lawOf = (region: Region, rule: Rule): string =>
  region === 'eu' ? EU[rule] : 'a rule of this software; ask for the law of the place';
