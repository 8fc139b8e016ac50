import type { Row } from './row.ts';

const numberOf = (value: number): string => {
  const size = Math.abs(value);
  return Number.isInteger(value) ? String(value) : value.toFixed(size >= 100 ? 0 : size >= 1 ? 2 : 3);
};

function shown(row: Row | undefined): string {
  if (row === undefined) return '';
  if (row.skipped !== undefined) return 'skipped';
  return row.value === null ? '-' : numberOf(row.value);
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** Cases that have the same metrics stand in one block: a line per case, a column per metric. */
function blocksOf(rows: readonly Row[]): Row[][] {
  const metricsOf = (name: string) =>
    rows.flatMap((row) => (row.case === name ? [`${row.metric} ${row.unit}`] : [])).join('|');
  const blocks = new Map<string, Row[]>();
  for (const row of rows) {
    const key = metricsOf(row.case);
    blocks.set(key, [...(blocks.get(key) ?? []), row]);
  }
  return [...blocks.values()];
}

function block(group: string, rows: readonly Row[]): string[] {
  const metrics = unique(rows.map(({ metric }) => metric));
  const heads = metrics.map((metric) => {
    const unit = rows.find((row) => row.metric === metric)!.unit;
    return unit === '' ? metric : `${metric} ${unit}`;
  });
  const cases = unique(rows.map((row) => row.case));
  const cells = cases.map((name) =>
    metrics.map((metric) => shown(rows.find((row) => row.case === name && row.metric === metric))),
  );
  const widths = heads.map((head, i) => Math.max(head.length, ...cells.map((line) => line[i]!.length)));
  const first = Math.max(group.length, ...cases.map(({ length }) => length));
  const line = (name: string, values: readonly string[]) =>
    [name.padEnd(first), ...values.map((value, i) => value.padStart(widths[i]!))].join('  ').trimEnd();
  return [line(group, heads), ...cases.map((name, i) => line(name, cells[i]!))];
}

/** The rows as one table for a terminal, in the order of the groups; what was skipped says why below it. */
export function table(rows: readonly Row[]): string {
  const blocks = unique(rows.map(({ group }) => group)).flatMap((group) =>
    blocksOf(rows.filter((row) => row.group === group)).map((each) => block(group, each).join('\n')),
  );
  const reasons = unique(
    rows.flatMap((row) => (row.skipped === undefined ? [] : [`skipped: ${row.case}: ${row.skipped}`])),
  );
  return [...blocks, ...(reasons.length > 0 ? [reasons.join('\n')] : [])].join('\n\n');
}
