import type { KpiDefinition } from '../config/schema.ts';
import { type Day, plusDays, weekdayOf } from './gather/calendar.ts';
import type { NodeRecord } from './gather/node.ts';
import { type ComparedDay, type Comparison, compare, holm } from './statistics/comparison.ts';

/** What became of a definition. */
export type Verdict =
  /** Shown, in the direction wanted, and at least as large as what matters. */
  | 'reached'
  /** Shown, in the direction wanted, but less than what matters. */
  | 'smaller'
  /** Shown, in the other direction. */
  | 'opposite'
  /** Not shown, and a change that matters is outside the interval. */
  | 'absent'
  /** Not shown, but a change that matters is not excluded either. */
  | 'undecided'
  /** The days after are not over: figures so far, and no verdict. */
  | 'running'
  /** Model, slot or window was another: the shares mean different things. */
  | 'not-comparable'
  /** So few days that no result could be told from chance. */
  | 'too-few-days'
  | 'no-data';

/** When the definition was there, as far as the recording shows. */
export interface Defined {
  readonly when: 'before-baseline' | 'before-change' | 'after-change' | 'never';
  /** Whose clock says so. */
  readonly clock?: 'recorder' | 'node';
  readonly atMs?: number;
  /** Other definitions that the node ran with from the baseline to the end. */
  readonly others: readonly { readonly hash: string; readonly atMs: number | undefined }[];
}

export interface Side {
  readonly from: Day;
  readonly to: Day;
  readonly days: number;
  readonly released: number;
  /** Share of the windows with numbers drawn that were withheld by their total. */
  readonly withheldByTotal: number;
}

export interface KpiResult {
  readonly definition: KpiDefinition;
  readonly before: Side;
  readonly after: Side;
  readonly comparison: Comparison | undefined;
  /** Of all definitions of the report together (Holm). */
  readonly adjustedP: number | undefined;
  readonly verdict: Verdict;
  readonly defined: Defined;
  /** Withheld windows differ between the sides by more than five points, and with them the bias. */
  readonly unequalGate: boolean;
}

const LEVEL = 0.05;
/** A two-sided test with fewer arrangements can never say less than 5 %. */
const LEAST_ARRANGEMENTS = 40;
const UNEQUAL = 0.05;

interface Drafted {
  readonly result: Omit<KpiResult, 'adjustedP' | 'verdict'>;
  readonly verdict: Verdict | undefined;
}

/** Judges the definitions of all sites, with the level held for all of them together. */
export function judge(
  sites: readonly {
    readonly record: NodeRecord;
    readonly definitions: readonly KpiDefinition[];
    readonly hash: string | undefined;
    readonly lastDay: Day;
  }[],
): KpiResult[][] {
  const drafts = sites.map(({ record, definitions, hash, lastDay }) =>
    definitions.map((definition) => draft(record, definition, hash, lastDay)),
  );
  const tested = drafts.flat().filter(({ verdict }) => verdict === undefined);
  const adjusted = holm(tested.map(({ result }) => result.comparison!.p));
  const adjustedOf = new Map(tested.map((each, i) => [each, adjusted[i]!]));
  return drafts.map((site) =>
    site.map((each) => {
      const adjustedP = adjustedOf.get(each);
      const verdict = each.verdict ?? verdictOf(each.result.definition, each.result.comparison!, adjustedP!);
      return { ...each.result, adjustedP, verdict };
    }),
  );
}

function draft(
  record: NodeRecord,
  definition: KpiDefinition,
  hash: string | undefined,
  lastDay: Day,
): Drafted {
  const { changeOn, daysBefore, daysAfter } = definition;
  const from = collect(record, definition, plusDays(changeOn, -daysBefore), plusDays(changeOn, -1));
  const to = collect(record, definition, plusDays(changeOn, 1), plusDays(changeOn, daysAfter));
  const comparison = compare(from.compared, to.compared);
  const verdict = (): Verdict | undefined => {
    if (comparison === undefined) return lastDay < to.side.to ? 'running' : 'no-data';
    if (new Set([...from.makings, ...to.makings]).size > 1) return 'not-comparable';
    if (lastDay < to.side.to) return 'running';
    if (comparison.arrangements < LEAST_ARRANGEMENTS) return 'too-few-days';
    return undefined;
  };
  const result = {
    definition,
    before: from.side,
    after: to.side,
    comparison,
    defined: definedAt(record, hash, from.side.from, changeOn, to.side.to),
    unequalGate: Math.abs(from.side.withheldByTotal - to.side.withheldByTotal) > UNEQUAL,
  };
  return { result, verdict: verdict() };
}

function collect({ zones }: NodeRecord, definition: KpiDefinition, from: Day, to: Day) {
  const compared: ComparedDay[] = [];
  const makings = new Set<string>();
  let [released, byTotal] = [0, 0];
  for (let day = from; day <= to; day = plusDays(day, 1)) {
    let [a, t] = [0, 0];
    for (const id of definition.zones) {
      const zone = zones.get(id);
      const found = zone?.days.get(day);
      if (zone === undefined || found === undefined) continue;
      released += found.released;
      byTotal += found.withheld.total;
      for (const i of found.makings) makings.add(JSON.stringify(zone.makings[i]));
      for (const label of definition.labels) a += found.sums[label].a;
      t += found.sums.any.t;
    }
    if (t > 0) compared.push({ weekday: weekdayOf(day), a, t });
  }
  const withheldByTotal = released + byTotal === 0 ? 0 : byTotal / (released + byTotal);
  return { compared, makings, side: { from, to, days: compared.length, released, withheldByTotal } };
}

function verdictOf(
  { direction, smallestChange }: KpiDefinition,
  { change, interval }: Comparison,
  p: number,
): Verdict {
  const least = smallestChange / 100;
  const sign = direction === 'increase' ? 1 : direction === 'decrease' ? -1 : Math.sign(change);
  const gain = sign * change;
  if (p <= LEVEL) {
    if (gain < 0) return 'opposite';
    return gain >= least ? 'reached' : 'smaller';
  }
  if (interval === undefined) return 'undecided';
  const { low, high } = interval;
  const excluded =
    direction === 'either'
      ? Math.max(Math.abs(low), Math.abs(high)) < least
      : direction === 'increase'
        ? high < least
        : -low < least;
  return excluded ? 'absent' : 'undecided';
}

function definedAt(
  { announced, calendar }: NodeRecord,
  hash: string | undefined,
  baseline: Day,
  change: Day,
  end: Day,
): Defined {
  const [baselineMs, changeMs, endMs] = [
    calendar.startOf(baseline),
    calendar.startOf(change),
    calendar.startOf(plusDays(end, 1)),
  ];
  const others = announced
    .filter((each) => each.hash !== hash)
    .map((each) => ({ hash: each.hash, atMs: each.receivedMs ?? each.statedMs }))
    .filter(({ atMs }) => atMs !== undefined && atMs >= baselineMs && atMs < endMs);
  const own = announced.find((each) => each.hash === hash);
  if (own === undefined) return { when: 'never', others };
  const when = (ms: number): Defined['when'] =>
    ms < baselineMs ? 'before-baseline' : ms < changeMs ? 'before-change' : 'after-change';
  const { receivedMs, statedMs } = own;
  // The recorder's clock is the better witness; the node's own is taken where it alone goes back so far.
  if (receivedMs !== undefined && (statedMs === undefined || when(receivedMs) === when(statedMs)))
    return { when: when(receivedMs), clock: 'recorder', atMs: receivedMs, others };
  if (statedMs !== undefined) return { when: when(statedMs), clock: 'node', atMs: statedMs, others };
  return { when: 'never', others };
}
