import { QUANTITIES } from './gather/zone.ts';
import type { Report } from './report.ts';

type Value = string | number | undefined;

/** RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe in front. */
function field(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(Number(value.toFixed(6)));
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const csv = (head: readonly string[], rows: Iterable<readonly Value[]>): string =>
  [head, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');

const iso = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString();

/** The tables of a report, by name of the file. Shares and changes are from 0 to 1. */
export const tablesOf = (report: Report): ReadonlyMap<string, string> =>
  new Map([
    ['days.csv', days(report)],
    ['shares.csv', shares(report)],
    ['kpi.csv', kpi(report)],
    ['incidents.csv', incidents(report)],
  ]);

function days({ sites }: Report): string {
  const head = [
    ...['site', 'zone', 'day', 'expected', 'released', 'withheld_headcount', 'withheld_capture'],
    ...['withheld_budget', 'withheld_total', 'withheld_ledger', 'missing', 'epsilon', 'slots'],
  ];
  return csv(
    head,
    sites.flatMap(({ root, zones }) =>
      zones.flatMap(({ id, days: all }) =>
        all.map(({ day, coverage: { expected, released, withheld, missing }, epsilon, slots }) => [
          ...[root, id, day, expected, released, withheld.headcount, withheld.capture],
          ...[withheld.budget, withheld.total, withheld.ledger, missing, epsilon, slots.all],
        ]),
      ),
    ),
  );
}

function shares({ sites }: Report): string {
  return csv(
    ['site', 'zone', 'day', 'label', 'slots_label', 'slots_all', 'share', 'low95', 'high95'],
    sites.flatMap(({ root, zones }) =>
      zones.flatMap(({ id, days: all }) =>
        all.flatMap(({ day, shares: of, slots }) =>
          QUANTITIES.map((quantity) => {
            const share = of[quantity];
            return [
              root,
              id,
              day,
              quantity,
              slots[quantity],
              slots.all,
              share?.share,
              share?.low,
              share?.high,
            ];
          }),
        ),
      ),
    ),
  );
}

function kpi({ sites }: Report): string {
  const head = [
    ...['site', 'id', 'title', 'zones', 'labels', 'direction', 'smallest_change', 'change_on', 'verdict'],
    ...['before', 'after', 'change', 'low95', 'high95', 'p', 'p_holm', 'detectable80', 'days_before'],
    ...[
      'days_after',
      'withheld_total_before',
      'withheld_total_after',
      'defined',
      'defined_clock',
      'defined_at',
    ],
  ];
  return csv(
    head,
    sites.flatMap(({ root, results }) =>
      results.map(({ definition, verdict, comparison, adjustedP, before, after, defined }) => [
        ...[root, definition.id, definition.title, definition.zones.join(' '), definition.labels.join(' ')],
        ...[definition.direction, definition.smallestChange / 100, definition.changeOn, verdict],
        ...[comparison?.before, comparison?.after, comparison?.change],
        ...[comparison?.interval?.low, comparison?.interval?.high, comparison?.p, adjustedP],
        ...[comparison?.detectable, before.days, after.days, before.withheldByTotal, after.withheldByTotal],
        ...[defined.when, defined.clock, iso(defined.atMs)],
      ]),
    ),
  );
}

function incidents({ sites }: Report): string {
  return csv(
    ['site', 'kind', 'from', 'to', 'camera', 'detail'],
    sites.flatMap(({ root, incidents: { listed } }) =>
      listed.map(({ kind, fromMs, toMs, camera, detail }) => [
        ...[root, kind, iso(fromMs), iso(toMs), camera, detail],
      ]),
    ),
  );
}
