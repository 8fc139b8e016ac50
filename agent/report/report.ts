import { kpiFingerprint } from '../config/fingerprint.ts';
import type { Config } from '../config/schema.ts';
import { namesOfZones } from '../config/zones.ts';
import type { WithheldReason } from '../domain/aggregate.ts';
import { epsilonOf } from '../domain/epsilon.ts';
import { LABELS } from '../domain/signal.ts';
import type { Signal } from '../publish/messages.ts';
import { type Day, dayNumber, plusDays, weekdayOf } from './gather/calendar.ts';
import type { HealthRecord } from './gather/health.ts';
import type { Incidents } from './gather/incidents.ts';
import type { Announced, NodeRecord } from './gather/node.ts';
import { binsOf, QUANTITIES, type Quantity, type ZoneDay, type ZoneRecord } from './gather/zone.ts';
import { judge, type KpiResult } from './kpi.ts';
import type { Reading } from './read/recordings.ts';
import { gateBias } from './statistics/gate.ts';
import { knownVariance, type Share, type Sums, shareOf } from './statistics/share.ts';
import { type Spread, spreadOf } from './statistics/spread.ts';
import { type Trend, trendOf } from './statistics/trend.ts';

/** All that a report says, before it is written in some language. Shares are from 0 to 1, times milliseconds. */
export interface Report {
  readonly madeAt: Date;
  readonly software: string;
  readonly readings: readonly Reading[];
  readonly sites: readonly Site[];
}

export interface Site {
  /** Base topic and node. */
  readonly root: string;
  readonly node: string;
  readonly timeZone: string;
  readonly configured: boolean;
  readonly firstDay: Day;
  readonly lastDay: Day;
  readonly purposes: readonly Signal['purpose'][];
  readonly evidence: readonly Signal['model']['evidence'][];
  readonly zones: readonly Zone[];
  readonly kpi: { readonly definedOn: Day; readonly hash: string } | undefined;
  readonly results: readonly KpiResult[];
  readonly announced: readonly Announced[];
  readonly health: HealthRecord;
  readonly incidents: Incidents;
  readonly epsilonPerDay: number | undefined;
  readonly software: readonly string[];
}

export interface Coverage {
  readonly expected: number;
  readonly released: number;
  readonly withheld: Readonly<Record<WithheldReason, number>>;
  /** Nothing was heard of them: box off, or recorder away. */
  readonly missing: number;
}

export interface ReportedDay {
  readonly day: Day;
  readonly coverage: Coverage;
  readonly slots: Readonly<Record<Quantity | 'all', number>>;
  readonly shares: Readonly<Record<Quantity, Share | undefined>>;
  /** Privacy loss of the windows that began on it. */
  readonly epsilon: number;
}

export interface Gate {
  /** Share of the windows with numbers drawn that were withheld by their total. */
  readonly withheld: number;
  /** Slots that it adds to each label of a released window, about. */
  readonly bias: number;
  /** Shares without that, about. */
  readonly without: Readonly<Record<Quantity, number>>;
}

export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly headCounts: readonly number[];
  readonly windowMs: number;
  readonly days: readonly ReportedDay[];
  readonly coverage: Coverage;
  readonly shares: Readonly<Record<Quantity, Share | undefined>>;
  readonly trends: Readonly<Record<Quantity, Trend | undefined>>;
  readonly spreads: Readonly<Record<Quantity, Spread | undefined>>;
  /** What the gate does to the figures, as far as it can be told. */
  readonly gate: Gate;
  readonly epsilonPerMessage: number;
  readonly makings: number;
  readonly repeated: number;
  readonly conflicting: number;
  readonly oddNoise: number;
  readonly looseNoise: number;
}

export interface Source {
  readonly record: NodeRecord;
  readonly config: Config | undefined;
}

/** @param sources nodes with at least one signal each */
export function reportOn(
  sources: readonly Source[],
  readings: readonly Reading[],
  madeAt: Date,
  software: string,
): Report {
  const spans = sources.map(({ record }) => spanOf(record));
  const results = judge(
    sources.map(({ record, config }, i) => ({
      record,
      definitions: config?.kpi?.definitions ?? [],
      hash: config && kpiFingerprint(config),
      lastDay: spans[i]!.lastDay,
    })),
  );
  const sites = sources.map((source, i) => siteOf(source, spans[i]!, results[i]!));
  return { madeAt, software, readings, sites };
}

interface Span {
  readonly endMs: number;
  readonly firstDay: Day;
  /** Day of the last window's beginning. */
  readonly lastDay: Day;
}

function spanOf({ zones, calendar }: NodeRecord): Span {
  const all = [...zones.values()];
  const endMs = Math.max(...all.map(({ lastMs }) => lastMs));
  const startMs = Math.min(...all.map(({ firstMs }) => firstMs));
  return { endMs, firstDay: calendar.dayOf(startMs), lastDay: calendar.dayOf(endMs - 1) };
}

function siteOf({ record, config }: Source, span: Span, results: readonly KpiResult[]): Site {
  const names = config === undefined ? new Map<string, string>() : namesOfZones(config);
  const hash = config && kpiFingerprint(config);
  const fallback =
    config === undefined || config.aggregation.noise === 'none' ? 0 : epsilonOf(config.aggregation);
  const makings = [...record.zones.values()].flatMap((zone) => zone.makings);
  record.incidents.close(span.endMs);
  return {
    root: record.root,
    node: record.node,
    timeZone: record.calendar.timeZone,
    configured: config !== undefined,
    firstDay: span.firstDay,
    lastDay: span.lastDay,
    purposes: [...record.purposes],
    evidence: [...new Set(makings.map(({ evidence }) => evidence))],
    zones: [...record.zones]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, zone]) => zoneOf(id, names.get(id) ?? id, zone, record, span, fallback)),
    kpi:
      config?.kpi === undefined || hash === undefined ? undefined : { definedOn: config.kpi.definedOn, hash },
    results,
    announced: record.announced,
    health: record.health,
    incidents: record.incidents,
    epsilonPerDay: config?.aggregation.epsilonPerDay,
    software: [...record.software],
  };
}

const each = <T>(of: (quantity: Quantity) => T): Record<Quantity, T> =>
  Object.fromEntries(QUANTITIES.map((quantity) => [quantity, of(quantity)])) as Record<Quantity, T>;

const NOTHING: Readonly<Record<WithheldReason, number>> = {
  headcount: 0,
  capture: 0,
  budget: 0,
  total: 0,
  ledger: 0,
};

function zoneOf(
  id: string,
  name: string,
  zone: ZoneRecord,
  { calendar }: NodeRecord,
  { endMs, lastDay }: Span,
  fallback: number,
): Zone {
  const epsilonPerMessage = zone.epsilons.size === 0 ? fallback : Math.max(...zone.epsilons);
  const days: ReportedDay[] = [];
  for (let day = calendar.dayOf(zone.firstMs); day <= lastDay; day = plusDays(day, 1)) {
    const found = zone.days.get(day);
    const fromMs = Math.max(zone.firstMs, calendar.startOf(day));
    const toMs = Math.min(endMs, calendar.startOf(plusDays(day, 1)));
    days.push({
      day,
      coverage: coverageOf(found, Math.round((toMs - fromMs) / zone.windowMs)),
      slots: { all: found?.sums.any.t ?? 0, ...each((quantity) => found?.sums[quantity].a ?? 0) },
      shares: each((quantity) => found && shareOf(found.sums[quantity], binsOf(quantity))),
      epsilon: (found?.paid ?? 0) * epsilonPerMessage,
    });
  }
  const total = each((quantity) => sumOf([...zone.days.values()].map(({ sums }) => sums[quantity])));
  const coverage = added(days.map((each) => each.coverage));
  return {
    id,
    name,
    headCounts: [...zone.headCounts],
    windowMs: zone.windowMs,
    days,
    coverage,
    gate: gateOf(coverage, total),
    shares: each((quantity) => shareOf(total[quantity], binsOf(quantity))),
    trends: each((quantity) => trendIn(zone, quantity, total[quantity])),
    spreads: each((quantity) => spreadIn(zone, quantity, total[quantity])),
    epsilonPerMessage,
    makings: zone.makings.length,
    repeated: zone.repeated,
    conflicting: zone.conflicting,
    oddNoise: zone.oddNoise,
    looseNoise: zone.looseNoise,
  };
}

function gateOf({ released, withheld }: Coverage, total: Readonly<Record<Quantity, Sums>>): Gate {
  const share = released + withheld.total === 0 ? 0 : withheld.total / (released + withheld.total);
  const { windows, t, noise } = total.any;
  const bias = windows === 0 ? 0 : gateBias(noise / windows, share);
  const added = bias * windows;
  const left = t - LABELS.length * added;
  return {
    withheld: share,
    bias,
    without: each((quantity) => (left <= 0 ? 0 : (total[quantity].a - binsOf(quantity) * added) / left)),
  };
}

function coverageOf(day: ZoneDay | undefined, expected: number): Coverage {
  const withheld = day?.withheld ?? NOTHING;
  const heard = (day?.released ?? 0) + Object.values(withheld).reduce((sum, n) => sum + n, 0);
  const all = Math.max(expected, heard);
  return { expected: all, released: day?.released ?? 0, withheld, missing: all - heard };
}

function added(all: readonly Coverage[]): Coverage {
  const sum = (of: (coverage: Coverage) => number) =>
    all.reduce((total, coverage) => total + of(coverage), 0);
  const reasons = Object.keys(NOTHING) as WithheldReason[];
  return {
    expected: sum(({ expected }) => expected),
    released: sum(({ released }) => released),
    withheld: Object.fromEntries(
      reasons.map((reason) => [reason, sum(({ withheld }) => withheld[reason])]),
    ) as Record<WithheldReason, number>,
    missing: sum(({ missing }) => missing),
  };
}

function sumOf(all: readonly Sums[]): Sums {
  const sum = (key: keyof Sums) => all.reduce((total, sums) => total + sums[key], 0);
  return {
    windows: sum('windows'),
    a: sum('a'),
    t: sum('t'),
    aa: sum('aa'),
    at: sum('at'),
    tt: sum('tt'),
    noise: sum('noise'),
  };
}

/** Days with slots, with the variance that noise and draw give them at the share of all days together. */
function known(zone: ZoneRecord, quantity: Quantity, total: Sums) {
  if (total.t <= 0) return [];
  // At zero nothing would vary by the draw.
  const share = Math.max(total.a / total.t, 1 / total.t);
  return [...zone.days]
    .filter(([, { sums }]) => sums.any.t > 0)
    .map(([day, { sums }]) => {
      const { a, t } = sums[quantity];
      return { day, share: a / t, ...knownVariance(sums[quantity], share, binsOf(quantity)) };
    });
}

/** Not across another model, slot or window. */
const trendIn = (zone: ZoneRecord, quantity: Quantity, total: Sums): Trend | undefined =>
  zone.makings.length > 1
    ? undefined
    : trendOf(
        known(zone, quantity, total).map(({ day, share, noise, sampling }) => ({
          day: dayNumber(day),
          weekday: weekdayOf(day),
          share,
          variance: noise + sampling,
        })),
      );

const spreadIn = (zone: ZoneRecord, quantity: Quantity, total: Sums): Spread | undefined =>
  zone.makings.length > 1 ? undefined : spreadOf(known(zone, quantity, total));
