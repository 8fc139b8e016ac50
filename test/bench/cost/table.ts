import type { Figure } from './figure.ts';

const numberOf = (value: number): string => {
  const size = Math.abs(value);
  return Number.isInteger(value)
    ? String(value)
    : value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
};

function shown({ value, quartiles, skipped }: Figure): string {
  if (skipped !== undefined) return 'skipped';
  if (value === null) return '-';
  return quartiles === undefined
    ? numberOf(value)
    : `${numberOf(value)} (${quartiles.map(numberOf).join('-')})`;
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
const headOf = ({ metric, unit }: Figure) => (unit === '' ? metric : `${metric}, ${unit}`);

/** Cases with the same metrics share a block. */
function blocksOf(figures: readonly Figure[]): Figure[][] {
  const blocks = new Map<string, Figure[]>();
  for (const name of unique(figures.map((figure) => figure.case))) {
    const ofCase = figures.filter((figure) => figure.case === name);
    const key = ofCase.map(headOf).join('|');
    blocks.set(key, [...(blocks.get(key) ?? []), ...ofCase]);
  }
  return [...blocks.values()];
}

function block(figures: readonly Figure[]): string {
  const heads = unique(figures.map(headOf));
  const lines = unique(figures.map((figure) => figure.case)).map((name) => [
    name,
    ...heads.map((head) => {
      const figure = figures.find((each) => each.case === name && headOf(each) === head);
      return figure === undefined ? '' : shown(figure);
    }),
  ]);
  const rows = [[figures[0]!.row, ...heads], ...lines];
  const widths = rows[0]!.map((_, i) => Math.max(3, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(rows[0]!), rule, ...rows.slice(1).map(line)].join('\n');
}

/** Figures as tables in Markdown that can be read in a terminal too: medians, with quartiles where it was repeated. */
export function table(figures: readonly Figure[]): string {
  const blocks = unique(figures.map(({ row }) => row)).flatMap((row) =>
    blocksOf(figures.filter((figure) => figure.row === row)).map(block),
  );
  const reasons = unique(
    figures.flatMap(({ row, case: name, skipped }) =>
      skipped === undefined ? [] : [`skipped: ${row}, ${name}: ${skipped}`],
    ),
  );
  return [...blocks, ...(reasons.length > 0 ? [reasons.join('\n')] : [])].join('\n\n');
}
