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
import type { Block, Paper, Text } from './paper.ts';

/** A heading and what stands below it. */
interface Section {
  readonly title: string;
  readonly items: (facts: Facts) => readonly string[];
}

export interface DpiaWords {
  readonly title: (frame: Frame) => string;
  readonly subtitle: (facts: Facts) => string;
  readonly scope: string;
  readonly labels: {
    readonly controller: string;
    readonly dpo: (frame: Frame) => string;
    readonly purpose: string;
    readonly jurisdiction: string;
    readonly legalBasis: string;
    readonly dpia: string;
    readonly agreement: string;
    readonly notice: string;
    readonly hours: string;
    readonly optOut: string;
  };
  readonly law: string;
  readonly lawHead: readonly string[];
  /** Provision, and what it means here; an empty list where the law of the place is for its lawyers. */
  readonly laws: (facts: Facts) => readonly (readonly [string, string])[];
  readonly lawBlank: string;
  readonly places: string;
  readonly placesHead: readonly string[];
  readonly path: Section;
  readonly data: string;
  readonly dataHead: readonly string[];
  readonly dataRows: (facts: Facts) => readonly (readonly string[])[];
  readonly released: string;
  /** In front of the topic below which all others are. */
  readonly releasedBelow: string;
  readonly releasedHead: readonly string[];
  /** Topics below the root, and what they carry. */
  readonly releasedRows: (facts: Facts) => readonly (readonly [topic: string, text: string])[];
  readonly mechanism: Section;
  readonly numbersHead: readonly string[];
  readonly tooSmall: string;
  readonly claims: Section;
  readonly noClaims: Section;
  readonly model: string;
  readonly modelFacts: (facts: Facts, provider: string) => readonly (readonly [string, string])[];
  readonly risks: string;
  readonly risksHead: readonly string[];
  /** Risk, and what the software does about it; the third column is the controller's. */
  readonly riskRows: (facts: Facts) => readonly (readonly [string, string])[];
  readonly assess: string;
  readonly open: string;
  readonly openItems: (frame: Frame) => readonly string[];
}

/** Annex to an impact assessment: what is processed, kept and released, the mechanism, and its limits. */
export function dpia(facts: Facts, common: CommonWords, words: DpiaWords): Paper {
  const { frame } = facts;
  return {
    kind: 'dpia',
    lang: common.lang,
    title: words.title(frame),
    subtitle: words.subtitle(facts),
    blocks: numbered([
      warnings(facts, common),
      { kind: 'heading', text: words.scope },
      { kind: 'facts', rows: scopeRows(facts, common, words) },
      { kind: 'heading', text: words.law },
      ...lawBlocks(facts, common, words),
      { kind: 'heading', text: words.places },
      { kind: 'table', head: words.placesHead, rows: placeRows(facts, common) },
      ...pictures(facts, common, Number.POSITIVE_INFINITY),
      ...section(words.path, facts),
      { kind: 'heading', text: words.data },
      { kind: 'table', head: words.dataHead, rows: words.dataRows(facts) },
      { kind: 'heading', text: words.released },
      { kind: 'paragraph', text: [words.releasedBelow, { code: `${facts.topics}/` }] },
      {
        kind: 'table',
        head: words.releasedHead,
        rows: words.releasedRows(facts).map(([topic, text]) => [{ code: topic }, text]),
      },
      ...section(words.mechanism, facts),
      { kind: 'table', head: words.numbersHead, rows: numberRows(facts, common, words) },
      ...section(words.claims, facts),
      ...section(words.noClaims, facts),
      { kind: 'heading', text: words.model },
      { kind: 'facts', rows: words.modelFacts(facts, common.provider[facts.provider]) },
      { kind: 'heading', text: words.risks },
      {
        kind: 'table',
        head: words.risksHead,
        rows: words.riskRows(facts).map((row) => [...row, { blank: common.blanks.fill(words.assess) }]),
      },
      { kind: 'heading', text: words.open },
      {
        kind: 'list',
        items: words
          .openItems(frame)
          .map((item) => [`${item} `, { blank: common.blanks.fill(words.assess) }]),
      },
      { kind: 'signatures', parties: common.signatures.parties(frame), fields: common.signatures.fields },
    ]),
    footer: common.footer(facts, common.date(facts.madeOn)),
  };
}

/** Headings with their numbers, so that an assessment can refer to them. */
function numbered(blocks: readonly Block[]): Block[] {
  let n = 0;
  return blocks.map((block) =>
    block.kind === 'heading' ? { ...block, text: `${++n}. ${block.text}` } : block,
  );
}

const section = ({ title, items }: Section, facts: Facts): Block[] => [
  { kind: 'heading', text: title },
  { kind: 'list', items: items(facts) },
];

function scopeRows(facts: Facts, common: CommonWords, { labels }: DpiaWords): (readonly [string, Text])[] {
  const { controller, frame } = facts;
  const { blanks } = common;
  return [
    [
      labels.controller,
      controller === undefined
        ? [{ blank: blanks.fill(blanks.controller) }, ' ', { blank: blanks.fill(blanks.contact) }]
        : [controller.name, common.separator, controller.contact],
    ],
    [labels.dpo(frame), orBlank(facts.dpo, blanks.dpo(frame), common)],
    [labels.purpose, [{ strong: common.purpose[facts.purpose] }]],
    [labels.jurisdiction, facts.jurisdiction],
    [labels.legalBasis, orBlank(facts.legalBasis, blanks.legalBasis, common)],
    [labels.dpia, documentText(facts.dpia, blanks.dpia, common)],
    [labels.agreement, documentText(facts.agreement, blanks.agreement, common)],
    [labels.notice, orBlank(facts.notice, blanks.notice, common)],
    [labels.hours, hoursText(facts, common)],
    [labels.optOut, areasText(facts, common)],
  ];
}

function lawBlocks(facts: Facts, common: CommonWords, words: DpiaWords): Block[] {
  const laws = words.laws(facts);
  return laws.length > 0
    ? [{ kind: 'table', head: words.lawHead, rows: laws }]
    : [{ kind: 'paragraph', text: { blank: common.blanks.fill(words.lawBlank) } }];
}

const placeRows = ({ cameras }: Facts, common: CommonWords): Text[][] =>
  cameras.map(({ id, zones, optOut }) => [
    id,
    zones.map((zone) => `${common.zone(zone)} [${zone.id}]`).join(common.separator),
    optOut.length === 0 ? common.none : optOut.map(common.area).join(common.separator),
  ]);

const numberRows = (facts: Facts, common: CommonWords, words: DpiaWords): Text[][] =>
  zonesOf(facts).map((zone) => [
    `${zone.name} [${zone.id}]`,
    String(zone.headCount),
    `${Math.round(zone.slots.expected)} / ${zone.slots.most}`,
    ...(zone.tooSmall
      ? [words.tooSmall, '', '']
      : [
          `± ${zone.error.slots} (${common.percent(zone.error.share)})`,
          common.percent(zone.withheld),
          common.percent(zone.seenInOne),
        ]),
  ]);
