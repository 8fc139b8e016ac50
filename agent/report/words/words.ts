import type { WithheldReason } from '../../domain/aggregate.ts';
import type { QualityReason } from '../../domain/quality.ts';
import type { Health, Signal } from '../../publish/messages.ts';
import type { Day } from '../gather/calendar.ts';
import type { IncidentKind } from '../gather/incidents.ts';
import type { Quantity } from '../gather/zone.ts';
import type { Defined, Verdict } from '../kpi.ts';
import type { Unused } from '../read/recordings.ts';
import { en } from './en.ts';
import { ja } from './ja.ts';

/** Everything that a report says in one language. Texts are plain: what writes them escapes them. */
export interface Words {
  readonly lang: string;
  readonly title: string;
  readonly period: (from: Day, to: Day, timeZone: string) => string;
  readonly evidence: Readonly<Record<Signal['model']['evidence'], string>>;
  /** Above everything, whatever the figures are. */
  readonly warnings: readonly string[];
  readonly demo: string;
  readonly quantity: Readonly<Record<Quantity, string>>;
  readonly verdict: Readonly<Record<Verdict, { readonly word: string; readonly means: string }>>;
  readonly defined: (defined: Defined, at: string) => string;
  readonly sections: Readonly<
    Record<
      | 'success'
      | 'sideBySide'
      | 'trends'
      | 'coverage'
      | 'quality'
      | 'incidents'
      | 'budget'
      | 'method'
      | 'read',
      string
    >
  >;
  readonly kpi: {
    readonly none: string;
    readonly definedOn: (day: string, hash: string) => string;
    readonly others: (list: string) => string;
    readonly goal: Readonly<Record<'decrease' | 'increase' | 'either', (points: string) => string>>;
    readonly labels: Readonly<
      Record<
        | 'where'
        | 'goal'
        | 'before'
        | 'after'
        | 'change'
        | 'p'
        | 'detectable'
        | 'defined'
        | 'gate'
        | 'axis'
        | 'verdict',
        string
      >
    >;
    readonly side: (share: string, from: string, to: string, days: number, windows: number) => string;
    readonly change: (change: string, interval: string | undefined) => string;
    readonly p: (p: string, adjusted: string | undefined, arrangements: number, drawn: boolean) => string;
    readonly gate: (before: string, after: string, unequal: boolean) => string;
  };
  readonly columns: Readonly<
    Record<
      | 'site'
      | 'zone'
      | 'people'
      | 'windows'
      | 'released'
      | 'withheld'
      | 'missing'
      | 'trend'
      | 'spread'
      | 'epsilon'
      | 'incidents'
      | 'camera'
      | 'state'
      | 'fps'
      | 'reconnects'
      | 'poor'
      | 'from'
      | 'length'
      | 'what'
      | 'file'
      | 'messages'
      | 'unused'
      | 'perMessage'
      | 'mostPerDay'
      | 'average'
      | 'allowed'
      | 'day'
      | 'expected',
      string
    >
  >;
  readonly withheld: Readonly<Record<WithheldReason, string>>;
  readonly state: Readonly<Record<Health['cameras'][number]['state'], string>>;
  readonly poor: Readonly<Record<QualityReason, string>>;
  readonly incident: (kind: IncidentKind, camera: string | undefined, detail: string | undefined) => string;
  readonly counted: (kind: IncidentKind, times: number, length: string) => string;
  readonly unused: Readonly<Record<Unused, string>>;
  readonly notes: {
    readonly gate: (zone: string, withheld: string, slots: string, shares: string) => string;
    readonly makings: (zone: string) => string;
    readonly conflicting: (zone: string, times: number) => string;
    readonly repeated: (times: number) => string;
    readonly oddNoise: (zone: string) => string;
    readonly looseNoise: (zone: string) => string;
    readonly unconfigured: string;
    readonly newer: (times: number) => string;
    readonly noHealth: string;
    readonly health: (covered: string, restarts: number, reconnects: number, discarded: number) => string;
    readonly backward: (times: number) => string;
    readonly more: (times: number) => string;
    readonly noIncidents: string;
    readonly noTrend: string;
    readonly trendSeen: string;
    readonly unusedLine: (times: number, why: string, line: number) => string;
    readonly open: string;
    readonly ofDays: (days: number, all: number) => string;
    readonly charts: string;
    readonly coverage: string;
    readonly budget: string;
  };
  readonly method: readonly string[];
  readonly footer: (software: string, at: string) => string;
  readonly perWeek: (points: string, low: string, high: string) => string;
  readonly spread: (noise: string, sampling: string, days: string) => string;
  readonly percent: (share: number) => string;
  readonly points: (share: number) => string;
  readonly interval: (low: string, high: string) => string;
  readonly date: (day: Day) => string;
  readonly shortDate: (day: Day) => string;
  readonly time: (ms: number, timeZone: string) => string;
  readonly duration: (ms: number) => string;
  readonly list: (items: readonly string[]) => string;
}

export const LANGUAGES = { en, ja } as const satisfies Readonly<Record<string, Words>>;
export type Language = keyof typeof LANGUAGES;
