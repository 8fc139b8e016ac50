import type { Verdict } from '../../governance/gate.ts';
import type { Schedule } from '../../governance/schedule.ts';
import type { AreaFacts, Document, Facts, Frame, ZoneFacts } from './facts.ts';
import type { Block, Legend, Text } from './paper.ts';

type Day = Schedule['hours'][number]['days'][number];

/** Words that all papers share. A language that lacks one does not compile. */
export interface CommonWords {
  /** BCP 47. */
  readonly lang: string;
  readonly purpose: Readonly<Record<Facts['purpose'], string>>;
  /** Reasons why the software would not run; said on every paper as long as there is one. */
  readonly refusal: Readonly<Record<Verdict['code'], string>>;
  readonly refused: string;
  /** What the model's figures rest on, said plainly. */
  readonly evidence: (model: Facts['model']) => string;
  readonly provider: Readonly<Record<Facts['provider'], string>>;
  readonly days: Readonly<Record<Day, string>>;
  /** Several days in a row. */
  readonly dayRange: (first: string, last: string) => string;
  readonly dayList: (days: readonly string[]) => string;
  readonly hours: (days: string, from: string, to: string) => string;
  readonly always: string;
  readonly inTimeZone: (hours: readonly string[], timeZone: string) => string;
  readonly duration: (seconds: number) => string;
  /** Of a share from 0 to 1. */
  readonly percent: (share: number) => string;
  readonly date: (iso: string) => string;
  readonly zone: (zone: ZoneFacts) => string;
  readonly area: (area: AreaFacts) => string;
  readonly none: string;
  /** Between the entries of an enumeration. */
  readonly separator: string;
  readonly colon: string;
  readonly document: (reference: string, until: string | undefined) => string;
  /** What is to be filled in by hand. */
  readonly blanks: {
    readonly fill: (what: string) => string;
    readonly controller: string;
    readonly contact: string;
    readonly dpo: (frame: Frame) => string;
    readonly legalBasis: string;
    readonly dpia: string;
    readonly agreement: string;
    readonly notice: string;
    readonly place: string;
  };
  readonly signatures: {
    readonly parties: (frame: Frame) => readonly string[];
    readonly fields: readonly string[];
  };
  readonly camera: (id: string) => string;
  readonly legend: Legend;
  readonly footer: (facts: Facts, madeOn: string) => string;
}

const WEEK: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** `Mon to Fri`, `Mon, Wed`: days in the order of the week, three and more in a row as a range. */
function daysText(days: readonly Day[], words: CommonWords): string {
  const runs: Day[][] = [];
  for (const day of WEEK.filter((each) => days.includes(each))) {
    const run = runs.at(-1);
    if (run !== undefined && WEEK.indexOf(run.at(-1)!) === WEEK.indexOf(day) - 1) run.push(day);
    else runs.push([day]);
  }
  return words.dayList(
    runs.flatMap((run) => {
      const names = run.map((day) => words.days[day]);
      return run.length < 3 ? names : [words.dayRange(names[0]!, names.at(-1)!)];
    }),
  );
}

/** Hours of operation in words. */
export function hoursText({ schedule }: Facts, words: CommonWords): string {
  if (schedule === undefined) return words.always;
  const hours = schedule.hours.map(({ days, from, to }) => words.hours(daysText(days, words), from, to));
  return words.inTimeZone(hours, schedule.timeZone);
}

export const orBlank = (value: string | undefined, what: string, words: CommonWords): Text =>
  value ?? { blank: words.blanks.fill(what) };

export const documentText = (paper: Document | undefined, what: string, words: CommonWords): Text =>
  orBlank(paper && words.document(paper.reference, paper.expires && words.date(paper.expires)), what, words);

/** Every opt-out area by name; one without a name gets a blank for it. */
export const areasText = ({ cameras }: Facts, words: CommonWords): Text => {
  const areas = cameras.flatMap(({ optOut }) => optOut);
  if (areas.length === 0) return words.none;
  return areas.flatMap((area, i) => [
    `${i > 0 ? words.separator : ''}${words.area(area)}`,
    ...(area.name === undefined ? [' ', { blank: words.blanks.fill(words.blanks.place) }] : []),
  ]);
};

export const zonesOf = ({ cameras }: Facts): ZoneFacts[] => cameras.flatMap(({ zones }) => zones);

/** What must not be overlooked: that it would not run, and what the model is. */
export function warnings(facts: Facts, words: CommonWords): Block {
  const refused =
    facts.refusals.length === 0
      ? []
      : [[{ strong: words.refused }, ' ', facts.refusals.map((code) => words.refusal[code]).join(' ')]];
  return { kind: 'warning', items: [...refused, words.evidence(facts.model)] };
}

/** Drawings of what the cameras see. @param most more cameras than this, and none is drawn */
export function pictures({ cameras }: Facts, words: CommonWords, most: number): Block[] {
  if (cameras.length > most) return [];
  return [
    {
      kind: 'pictures',
      legend: words.legend,
      pictures: cameras.map(({ id, aspect, zones, optOut }) => ({
        caption: words.camera(id),
        aspect,
        zones: zones.map(({ name, corners }) => ({ label: name, corners })),
        optOut: optOut.map(({ number, corners }) => ({ label: String(number), corners })),
      })),
    },
  ];
}
