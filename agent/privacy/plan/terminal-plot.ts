import { placeOn, ticksWithin, valueAt } from './axis.ts';
import type { Chart } from './chart.ts';
import { figure } from './units.ts';

const MARKS = ['*', 'o', '+'];
const LEFT = 7;
const HEIGHT = 15;

/** The chart in plain characters. @param width columns of the terminal */
export function terminalPlot(chart: Chart, width: number): string {
  const { people, error, lines, rise, zones } = chart;
  const columns = Math.min(100, Math.max(30, width - LEFT - 2));
  const row = (value: number) => Math.round((1 - placeOn(error, value)) * (HEIGHT - 1));
  const column = (value: number) => Math.round(placeOn(people, value) * (columns - 1));
  const field = Array.from({ length: HEIGHT }, () => new Array<string>(columns).fill(' '));

  field[row(rise.points)]!.fill('-');
  for (const [i, line] of lines.entries())
    for (let x = 0; x < columns; x++) {
      const value = along(line.points, valueAt(people, x / (columns - 1)));
      if (value !== undefined) field[row(value)]![x] = MARKS[i % MARKS.length]!;
    }

  const labels = new Map(ticksWithin(error).map((tick) => [row(tick), figure(tick)]));
  const axis = new Array<string>(columns).fill('-');
  for (const { headCount } of zones) axis[column(headCount)] = '^';
  return [
    `${chart.title}`,
    ...field.map((cells, y) => `${(labels.get(y) ?? '').padStart(LEFT - 2)} |${cells.join('').trimEnd()}`),
    `${''.padStart(LEFT - 2)} +${axis.join('')}`,
    `${''.padStart(LEFT)}${ticksLine(chart, columns, column)}`,
    `${''.padStart(LEFT)}people in the zone (^: ${names(zones)})`,
    ...lines.map(({ text }, i) => `${''.padStart(LEFT)}${MARKS[i % MARKS.length]}  ${text}`),
    `${''.padStart(LEFT)}-  ${rise.text}; where a line is above it, chance hides the rise`,
    '',
  ].join('\n');
}

const names = (zones: Chart['zones']): string =>
  zones.length === 0
    ? 'none'
    : zones
        .slice(0, 6)
        .map(({ name, headCount }) => `${name} ${headCount}`)
        .join(', ') + (zones.length > 6 ? ` and ${zones.length - 6} more` : '');

function ticksLine({ people }: Chart, columns: number, column: (value: number) => number): string {
  let line = '';
  for (const tick of ticksWithin(people)) {
    const at = Math.min(column(tick), columns - figure(tick).length);
    if (at > line.length || line === '') line = `${line.padEnd(at)}${figure(tick)}`;
  }
  return line;
}

/** Between two points as on logarithmic paper; undefined outside of them. */
function along(points: readonly (readonly [number, number])[], x: number): number | undefined {
  const after = points.findIndex(([people]) => people >= x * 0.9999);
  if (after < 0) return undefined;
  const [x1, y1] = points[after]!;
  if (after === 0) return x1 <= x * 1.0001 ? y1 : undefined;
  const [x0, y0] = points[after - 1]!;
  return y0 * (y1 / y0) ** (Math.log(x / x0) / Math.log(x1 / x0));
}
