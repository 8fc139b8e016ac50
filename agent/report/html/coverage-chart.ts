import type { Coverage, Zone } from '../report.ts';
import type { Words } from '../words/words.ts';
import { axis, drawing, line, rect, text } from './svg.ts';

const WIDTH = 720;
const HEIGHT = 130;
const PLOT = { left: 38, right: 714, top: 24, bottom: 108 };

/** What became of windows, from the bottom up. */
export const FATES = ['released', 'total', 'capture', 'other', 'missing'] as const;
export type Fate = (typeof FATES)[number];

export const fatesOf = ({ released, withheld, missing }: Coverage): Readonly<Record<Fate, number>> => ({
  released,
  total: withheld.total,
  capture: withheld.capture,
  other: withheld.headcount + withheld.budget + withheld.ledger,
  missing,
});

export const fateWords = (words: Words): Readonly<Record<Fate, string>> => ({
  released: words.columns.released,
  total: words.withheld.total,
  capture: words.withheld.capture,
  other: words.list([words.withheld.headcount, words.withheld.budget, words.withheld.ledger]),
  missing: words.columns.missing,
});

/** Windows of each day of a zone by what became of them. */
export function coverageChart(zone: Zone, words: Words): string {
  const y = axis(0, Math.max(1, ...zone.days.map(({ coverage }) => coverage.expected)));
  const width = (PLOT.right - PLOT.left) / zone.days.length;
  const gap = Math.min(2, width / 5);
  const at = (windows: number) => PLOT.bottom - (windows / y.most) * (PLOT.bottom - PLOT.top);
  const bars = zone.days.flatMap(({ coverage }, i) => {
    const fates = fatesOf(coverage);
    let below = 0;
    return FATES.flatMap((fate) => {
      const from = below;
      below += fates[fate];
      if (fates[fate] === 0) return [];
      return [
        rect(PLOT.left + i * width + gap / 2, at(below), width - gap, at(from) - at(below), `fate ${fate}`),
      ];
    });
  });
  return drawing(WIDTH, HEIGHT, `${zone.name}: ${words.sections.coverage}`, [
    text(PLOT.left, 14, zone.name, 'title'),
    ...y.ticks
      .filter(Number.isInteger)
      .flatMap((tick) => [
        line(PLOT.left, at(tick), PLOT.right, at(tick), 'grid'),
        text(PLOT.left - 5, at(tick) + 4, String(tick), 'end'),
      ]),
    ...bars,
    text(PLOT.left, HEIGHT - 6, words.shortDate(zone.days[0]!.day), 'start'),
    ...(zone.days.length > 1
      ? [text(PLOT.right, HEIGHT - 6, words.shortDate(zone.days.at(-1)!.day), 'end')]
      : []),
  ]);
}
