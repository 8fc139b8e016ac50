import type { Config } from '../../config/schema.ts';
import { headCounts } from '../../config/zones.ts';
import { type Alone, changesAlone, POWER } from './alone.ts';
import { type BudgetPlan, planBudget } from './budget.ts';
import { type Expectation, expectation } from './expectation.ts';
import { halfWidth95, slotsBound } from './noise.ts';
import { type RegionWorth, regionRules, regionWorth } from './regions.ts';
import { remembered } from './remembered.ts';
import { type Rise, watchFor } from './rise.ts';
import { typicalPerPerson } from './slots.ts';

export interface Question {
  readonly rise: Rise;
  /** Slots that a person earns in a window, on average; absent: as many as one unbroken track can. */
  readonly perPerson?: number | undefined;
}

export interface ZonePlan extends Expectation {
  readonly zone: string;
  readonly alone: Alone;
  /** How long it takes to get `alone.windows` released ones, milliseconds; undefined: never. */
  readonly takesMs: number | undefined;
  /** Excess, in slots over those windows, above which the rise counts as seen. */
  readonly limit: number | undefined;
  /** Undefined where they are not released. */
  readonly regions: (RegionWorth & { readonly takesMs: number | undefined }) | undefined;
}

export interface Plan {
  readonly node: string;
  readonly aggregation: Config['aggregation'];
  readonly question: { readonly rise: Rise; readonly perPerson: number };
  /** What the interval and the chances rest on. */
  readonly bound: { readonly slotsPerPerson: number; readonly power: number };
  readonly budget: BudgetPlan;
  readonly zones: readonly ZonePlan[];
  /** 95 % half-width of a count by region of the face, slots; undefined where they are not released. */
  readonly regions: { readonly interval95: number } | undefined;
  /** The same for other head counts, with what is left of the error after more windows. */
  readonly curve: readonly (Expectation & { readonly averaged: readonly Averaged[] })[];
}

/** How many messages somebody adds up: a single one, those of eight hours, or all that a week pays for. */
export interface Span {
  readonly of: 'message' | 'shift' | 'week';
  readonly windows: number;
}

/** 95 % half-width as in `error`, over the messages of a span together. */
export interface Averaged extends Span {
  readonly share: number;
}

const PEOPLE = [5, 6, 8, 10, 12, 15, 20, 30, 50, 75, 100, 150, 200];
const WEEK_MS = 604_800_000;
const SHIFT_S = 8 * 3600;

/** @param only names of zones; empty: all */
export function planFor(config: Config, question: Question, only: readonly string[] = []): Plan {
  const { aggregation } = config;
  const { rise } = question;
  const perPerson = question.perPerson ?? typicalPerPerson(aggregation);
  const budget = planBudget(config);
  const expect = expectation(aggregation, rise, perPerson);
  const declared = [...headCounts(config)].filter(([zone]) => only.length === 0 || only.includes(zone));
  const alone = remembered((headCount) => changesAlone(rise, headCount, perPerson, aggregation));
  const spans = averagedSpans(aggregation.windowS, budget);
  const halfWidths = spans.map(({ windows }) => halfWidth95(aggregation, windows));
  const rulesOfRegions = regionRules(aggregation);
  const worth = remembered(
    (headCount) => rulesOfRegions && regionWorth(rulesOfRegions, headCount * perPerson, rise.from),
  );
  const people = [...new Set([...PEOPLE, ...declared.map(([, headCount]) => headCount)])]
    .filter((n) => n >= aggregation.minHeadCount)
    .sort((a, b) => a - b);
  return {
    node: config.node.id,
    aggregation,
    question: { rise, perPerson },
    bound: { slotsPerPerson: slotsBound(aggregation), power: POWER },
    budget,
    regions: rulesOfRegions && { interval95: halfWidth95(rulesOfRegions, 1) },
    zones: declared.map(([zone, headCount]) => {
      const expected = expect(headCount);
      if (expected.tooSmall)
        return {
          zone,
          ...expected,
          alone: NOTHING,
          takesMs: undefined,
          limit: undefined,
          regions: undefined,
        };
      const changes = alone(headCount);
      const { windows } = changes;
      const takes = (released: number) =>
        takesMs(released / (1 - expected.withheld), aggregation.windowS, budget);
      const regions = worth(headCount);
      return {
        zone,
        ...expected,
        alone: changes,
        takesMs: windows && takes(windows),
        limit: windows && watchFor(rise, Math.round(expected.slots.expected), aggregation).limit(windows),
        regions: regions && { ...regions, takesMs: regions.windows && takes(regions.windows) },
      };
    }),
    curve: people.map((headCount) => {
      const expected = expect(headCount);
      const averaged = spans.map((span, i) => ({
        ...span,
        share: halfWidths[i]! / (span.windows * expected.slots.expected),
      }));
      return { ...expected, averaged };
    }),
  };
}

const NOTHING: Alone = {
  windows: undefined,
  windowS: undefined,
  headCount: undefined,
  epsilonPerWindow: undefined,
};

/** Each only where it is more than the one before. */
function averagedSpans(windowS: number, { windowsPer24h, paidPerWeek }: BudgetPlan): Span[] {
  const shift = Math.min(Math.round(SHIFT_S / windowS), windowsPer24h ?? Number.POSITIVE_INFINITY);
  const spans: Span[] = [
    { of: 'message', windows: 1 },
    { of: 'shift', windows: shift },
    { of: 'week', windows: paidPerWeek },
  ];
  return spans.filter(({ windows }, i) => i === 0 || windows > spans[i - 1]!.windows);
}

/** As many windows in a row as the budget of a day pays for; more come at the pace of a week. */
function takesMs(windows: number, windowS: number, { windowsPer24h, paidPerWeek }: BudgetPlan): number {
  if (windows <= (windowsPer24h ?? Number.POSITIVE_INFINITY) && windows * windowS <= SHIFT_S)
    return Math.ceil(windows) * windowS * 1000;
  return (windows / paidPerWeek) * WEEK_MS;
}
