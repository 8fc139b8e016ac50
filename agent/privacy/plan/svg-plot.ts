import { escapeMarkup } from '../markup.ts';
import { placeOn, ticksWithin } from './axis.ts';
import type { Chart } from './chart.ts';
import { figure } from './units.ts';

const WIDTH = 900;
const HEIGHT = 560;
const PLOT = { left: 80, right: 870, top: 70, bottom: 420 };
/** Told apart by people with impaired colour vision, too (Okabe and Ito 2008), and by their dashes. */
const STYLES = [
  { colour: '#0072b2', dash: '' },
  { colour: '#009e73', dash: '10 4' },
  { colour: '#cc79a7', dash: '3 4' },
];
const RISE = '#d55e00';
const INK = '#222';
const FAINT = '#ddd';
/** Keeps a label readable where it lies on a line. */
const HALO = 'font-size="12" paint-order="stroke" stroke="#fff" stroke-width="4"';

/** The chart as a picture that stands alone. */
export function svgPlot(chart: Chart): string {
  const { people, error, lines, rise, zones } = chart;
  const x = (value: number) => round(PLOT.left + placeOn(people, value) * (PLOT.right - PLOT.left));
  const y = (value: number) => round(PLOT.bottom - placeOn(error, value) * (PLOT.bottom - PLOT.top));
  const text = (at: [number, number], words: string, more = '') =>
    `<text x="${at[0]}" y="${at[1]}" ${more}>${escapeMarkup(words)}</text>`;
  const line = (from: [number, number], to: [number, number], more: string) =>
    `<line x1="${from[0]}" y1="${from[1]}" x2="${to[0]}" y2="${to[1]}" ${more}/>`;

  const grid = [
    ...ticksWithin(people).flatMap((tick) => [
      line([x(tick), PLOT.top], [x(tick), PLOT.bottom], `stroke="${FAINT}"`),
      text([x(tick), PLOT.bottom + 20], figure(tick), 'text-anchor="middle"'),
    ]),
    ...ticksWithin(error).flatMap((tick) => [
      line([PLOT.left, y(tick)], [PLOT.right, y(tick)], `stroke="${FAINT}"`),
      text([PLOT.left - 8, y(tick) + 5], `${figure(tick)} %`, 'text-anchor="end"'),
    ]),
  ];
  const curves = lines.flatMap(({ points }, i) => {
    const { colour, dash } = STYLES[i % STYLES.length]!;
    const path = points.map(([n, e]) => `${x(n)},${y(e)}`).join(' ');
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="3" stroke-dasharray="${dash}"/>`;
  });
  const marks = byHeadCount(zones).map(({ headCount, label }, i) => {
    const height = PLOT.top + 14 + (i % 4) * 16;
    return (
      line([x(headCount), PLOT.top], [x(headCount), PLOT.bottom], `stroke="${INK}" stroke-dasharray="2 3"`) +
      text([x(headCount) + 4, height], label, HALO)
    );
  });
  const legend = [
    ...lines.map(({ text: words }, i) => ({ words, ...STYLES[i % STYLES.length]! })),
    { words: `${rise.text}; where a line is above it, chance hides the rise`, colour: RISE, dash: '' },
  ].flatMap(({ words, colour, dash }, i) => {
    const at = PLOT.bottom + 68 + i * 20;
    return [
      line(
        [PLOT.left, at - 5],
        [PLOT.left + 40, at - 5],
        `stroke="${colour}" stroke-width="3" stroke-dasharray="${dash}"`,
      ),
      text([PLOT.left + 50, at], words),
    ];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="'DejaVu Sans', Arial, sans-serif" font-size="14" fill="${INK}">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
${text([PLOT.left, 34], chart.title, 'font-size="17" font-weight="bold"')}
${grid.join('\n')}
${line([PLOT.left, y(rise.points)], [PLOT.right, y(rise.points)], `stroke="${RISE}" stroke-width="2"`)}
${curves.join('\n')}
${marks.join('\n')}
${text([(PLOT.left + PLOT.right) / 2, PLOT.bottom + 42], 'people in the zone', 'text-anchor="middle"')}
${legend.join('\n')}
</svg>
`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** One mark per head count, with the names of its zones. */
function byHeadCount(zones: Chart['zones']): { headCount: number; label: string }[] {
  const groups = new Map<number, string[]>();
  for (const { name, headCount } of zones) groups.set(headCount, [...(groups.get(headCount) ?? []), name]);
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([headCount, names]) => ({
      headCount,
      label: names.length > 2 ? `${names[0]} and ${names.length - 1} more` : names.join(', '),
    }));
}
