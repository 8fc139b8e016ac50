import type { KpiResult } from '../kpi.ts';
import type { Words } from '../words/words.ts';
import { axis, drawing, line, px, rect, text } from './svg.ts';

const WIDTH = 360;
const HEIGHT = 84;
const PLOT = { left: 14, right: 346, top: 10, bottom: 50 };

/** The change with its interval, against none and against what matters (shaded). */
export function changeChart({ definition, comparison }: KpiResult, words: Words): string {
  if (comparison === undefined) return '';
  const { change, interval } = comparison;
  const matters = definition.smallestChange / 100;
  const reach =
    1.15 *
    Math.max(matters * 1.5, Math.abs(change), Math.abs(interval?.low ?? 0), Math.abs(interval?.high ?? 0));
  const x = axis(-reach, reach);
  const at = (value: number) =>
    PLOT.left + ((value - x.least) / (x.most - x.least)) * (PLOT.right - PLOT.left);
  const middle = (PLOT.top + PLOT.bottom) / 2;
  const wanted = [
    ...(definition.direction === 'increase' ? [] : [[x.least, -matters] as const]),
    ...(definition.direction === 'decrease' ? [] : [[matters, x.most] as const]),
  ];
  return drawing(WIDTH, HEIGHT, `${definition.title}: ${words.points(change)}`, [
    ...wanted.map(([from, to]) =>
      rect(at(from), PLOT.top, at(to) - at(from), PLOT.bottom - PLOT.top, 'wanted'),
    ),
    ...x.ticks.flatMap((tick) => [
      line(at(tick), PLOT.top, at(tick), PLOT.bottom, Math.abs(tick) < 1e-12 ? 'zero' : 'grid'),
      text(at(tick), PLOT.bottom + 14, String(Number((tick * 100).toFixed(2))), 'middle'),
    ]),
    ...(interval === undefined
      ? []
      : [line(at(interval.low), middle, at(interval.high), middle, 'interval')]),
    `<circle cx="${px(at(change))}" cy="${px(middle)}" r="5" class="dot"/>`,
    text((PLOT.left + PLOT.right) / 2, HEIGHT - 4, words.kpi.labels.axis, 'middle'),
  ]);
}
