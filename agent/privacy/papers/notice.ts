import {
  areasText,
  type CommonWords,
  documentText,
  hoursText,
  orBlank,
  pictures,
  warnings,
  zonesOf,
} from './common.ts';
import type { Facts, Frame } from './facts.ts';
import type { Paper, Text } from './paper.ts';

export interface NoticeWords {
  readonly title: string;
  readonly subtitle: (frame: Frame) => string;
  readonly cards: readonly { readonly title: string; readonly items: (facts: Facts) => readonly string[] }[];
  readonly labels: {
    readonly controller: string;
    readonly dpo: (frame: Frame) => string;
    readonly purpose: string;
    readonly legalBasis: string;
    readonly zones: string;
    readonly optOut: string;
    readonly hours: string;
    readonly kept: string;
    readonly recipients: string;
    readonly papers: string;
    readonly notice: string;
    readonly rights: string;
  };
  readonly kept: (facts: Facts) => string;
  readonly recipients: string;
  readonly recipientsBlank: (frame: Frame) => string;
  readonly agreement: string;
  readonly dpia: string;
  /** A text, and what is to be filled in behind it, if anything. */
  readonly rights: (frame: Frame) => readonly [text: string, blank?: string];
}

/** More cameras than this and the drawings would not fit on the page. */
const MOST_PICTURES = 3;

/** For the wall: what people must be told before they come into view, on one page. */
export function notice(facts: Facts, common: CommonWords, words: NoticeWords): Paper {
  const { labels } = words;
  const { controller, frame } = facts;
  const blank = (what: string) => ({ blank: common.blanks.fill(what) });
  const [rights, rightsBlank] = words.rights(frame);
  const rows: (readonly [string, Text])[] = [
    [
      labels.controller,
      controller === undefined
        ? [blank(common.blanks.controller), ' ', blank(common.blanks.contact)]
        : [{ strong: controller.name }, common.separator, controller.contact],
    ],
    [labels.dpo(frame), orBlank(facts.dpo, common.blanks.dpo(frame), common)],
    [labels.purpose, [{ strong: common.purpose[facts.purpose] }]],
    [labels.legalBasis, orBlank(facts.legalBasis, common.blanks.legalBasis, common)],
    [labels.zones, zonesOf(facts).map(common.zone).join(common.separator)],
    [labels.optOut, areasText(facts, common)],
    [labels.hours, hoursText(facts, common)],
    [labels.kept, words.kept(facts)],
    [labels.recipients, [words.recipients, ' ', blank(words.recipientsBlank(frame))]],
    [
      labels.papers,
      [
        `${words.agreement}${common.colon}`,
        documentText(facts.agreement, common.blanks.agreement, common),
        `${common.separator}${words.dpia}${common.colon}`,
        documentText(facts.dpia, common.blanks.dpia, common),
      ].flat(),
    ],
    [labels.notice, orBlank(facts.notice, common.blanks.notice, common)],
    [labels.rights, rightsBlank === undefined ? rights : [rights, ' ', blank(rightsBlank)]],
  ];
  return {
    kind: 'notice',
    lang: common.lang,
    title: words.title,
    subtitle: words.subtitle(frame),
    blocks: [
      { kind: 'cards', cards: words.cards.map(({ title, items }) => ({ title, items: items(facts) })) },
      warnings(facts, common),
      { kind: 'facts', rows },
      ...pictures(facts, common, MOST_PICTURES),
    ],
    footer: common.footer(facts, common.date(facts.madeOn)),
  };
}
