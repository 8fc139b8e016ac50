import {
  areasText,
  type CommonWords,
  documentText,
  hoursText,
  orBlank,
  warnings,
  zonesOf,
} from './common.ts';
import type { Facts, Frame } from './facts.ts';
import type { Paper, Text } from './paper.ts';

export interface DatasheetWords {
  readonly title: string;
  readonly subtitle: (facts: Facts) => string;
  readonly labels: {
    readonly controller: string;
    readonly dpo: (frame: Frame) => string;
    readonly purpose: string;
    readonly law: string;
    readonly papers: string;
    readonly hours: string;
    readonly optOut: string;
    readonly topics: string;
    readonly compute: string;
  };
  readonly law: (frame: Frame, jurisdiction: string) => string;
  readonly agreement: string;
  readonly dpia: string;
  readonly topics: (facts: Facts) => string;
  readonly compute: (facts: Facts, provider: string) => string;
  readonly path: string;
  readonly pathHead: readonly string[];
  /** What is processed, kept and told: three columns. */
  readonly pathRows: (facts: Facts) => readonly (readonly string[])[];
  readonly numbers: string;
  readonly numbersHead: readonly string[];
  readonly tooSmall: string;
  readonly numbersNote: (facts: Facts) => readonly string[];
  readonly claimed: string;
  readonly claims: (facts: Facts) => readonly string[];
  readonly notClaimed: string;
  readonly noClaims: (facts: Facts) => readonly string[];
  readonly control: string;
  readonly controls: (facts: Facts) => readonly string[];
}

/** For the works council: what it is, what it tells, and what nobody promises, on one page. */
export function datasheet(facts: Facts, common: CommonWords, words: DatasheetWords): Paper {
  const { labels } = words;
  const { controller, frame, noise } = facts;
  const rows: (readonly [string, Text])[] = [
    [
      labels.controller,
      controller === undefined
        ? { blank: common.blanks.fill(common.blanks.controller) }
        : [controller.name, common.separator, controller.contact],
    ],
    [labels.dpo(frame), orBlank(facts.dpo, common.blanks.dpo(frame), common)],
    [labels.purpose, [{ strong: common.purpose[facts.purpose] }]],
    [
      labels.law,
      [
        `${words.law(frame, facts.jurisdiction)} `,
        orBlank(facts.legalBasis, common.blanks.legalBasis, common),
      ].flat(),
    ],
    [
      labels.papers,
      [
        `${words.agreement}${common.colon}`,
        documentText(facts.agreement, common.blanks.agreement, common),
        `${common.separator}${words.dpia}${common.colon}`,
        documentText(facts.dpia, common.blanks.dpia, common),
        common.separator,
        orBlank(facts.notice, common.blanks.notice, common),
      ].flat(),
    ],
    [labels.hours, hoursText(facts, common)],
    [labels.optOut, areasText(facts, common)],
    [labels.topics, words.topics(facts)],
    [labels.compute, words.compute(facts, common.provider[facts.provider])],
  ];
  const zones = zonesOf(facts).map((zone) => [
    zone.name === zone.id ? zone.name : `${zone.name} (${zone.id})`,
    String(zone.headCount),
    String(Math.round(zone.slots.expected)),
    ...(zone.tooSmall
      ? [words.tooSmall, '', '']
      : [
          `± ${noise.interval95} (${common.percent(zone.error.share)})`,
          common.percent(zone.withheld),
          common.percent(zone.seenInOne),
        ]),
  ]);
  return {
    kind: 'datasheet',
    lang: common.lang,
    title: words.title,
    subtitle: words.subtitle(facts),
    blocks: [
      warnings(facts, common),
      { kind: 'facts', rows },
      { kind: 'heading', text: words.path },
      { kind: 'table', head: words.pathHead, rows: words.pathRows(facts) },
      { kind: 'heading', text: words.numbers },
      { kind: 'table', head: words.numbersHead, rows: zones },
      { kind: 'list', items: words.numbersNote(facts) },
      { kind: 'heading', text: words.claimed },
      { kind: 'list', items: words.claims(facts) },
      { kind: 'heading', text: words.notClaimed },
      { kind: 'list', items: words.noClaims(facts) },
      { kind: 'heading', text: words.control },
      { kind: 'list', items: words.controls(facts) },
      {
        kind: 'signatures',
        parties: common.signatures.parties(frame),
        fields: common.signatures.fields,
      },
    ],
    footer: common.footer(facts, common.date(facts.madeOn)),
  };
}
