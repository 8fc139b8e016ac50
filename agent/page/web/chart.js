import uPlot from './uplot.js';
import { language } from './words.js';

const HEIGHT_PX = 190;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Distances of the lines of the scale. */
const STEPS = [0, 1, 2, 3, 4, 5].flatMap((power) => [1, 2, 5].map((step) => step * 10 ** power));

/** Rows of uPlot's data: ends of windows in seconds, counts, and the edges of their bands; null where there is nothing. */
export function rowsOf(signals, label) {
  const rows = [[], [], [], []];
  for (const signal of signals) {
    rows[0].push(Date.parse(signal.window.end) / 1000);
    const count = signal.state === 'released' ? signal.slots[label] : null;
    const half = signal.noise?.interval95 ?? 0;
    rows[1].push(count);
    rows[2].push(count === null ? null : count - half);
    rows[3].push(count === null ? null : count + half);
  }
  return rows;
}

const STRIP_PX = 10;
const STRIPE_PX = 7;

/** A hatched strip above what the plant did not get, as style.css has it beside the words. */
function strip(plot, { from, to }, ink) {
  const { ctx, bbox } = plot;
  const px = devicePixelRatio;
  const at = (iso) => Math.round(plot.valToPos(Date.parse(iso) / 1000, 'x', true));
  const left = Math.max(bbox.left, at(from));
  const width = Math.max(Math.min(bbox.left + bbox.width, at(to)) - left, 3 * px);
  const height = STRIP_PX * px;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, bbox.top, width, height);
  ctx.clip();
  ctx.strokeStyle = ink;
  ctx.lineWidth = 2 * px;
  for (let x = left - height; x < left + width; x += STRIPE_PX * px) {
    ctx.moveTo(x, bbox.top + height);
    ctx.lineTo(x + height, bbox.top);
  }
  ctx.stroke();
  ctx.restore();
}

/**
 * A line with its band of 95 %, in `place`; the one that was there is taken away.
 *
 * @param lost gaps: what the plant did not get
 */
export function drawChart(place, rows, { spanHours, label, lost }) {
  place.plot?.destroy();
  const [ink, faint, grid] = [colour('--ink'), colour('--faint'), colour('--line')];
  const line = colour(`--${label}`);
  const lostInk = colour('--lost');
  const nowS = Date.now() / 1000;
  const axis = { stroke: faint, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
  const format = (s, options) => new Intl.DateTimeFormat(language(), options).format(new Date(s * 1000));
  place.plot = new uPlot(
    {
      width: Math.max(240, place.clientWidth),
      height: HEIGHT_PX,
      legend: { show: false },
      hooks: { draw: lost.map((gap) => (plot) => strip(plot, gap, lostInk)) },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: {
        x: { time: true, range: [nowS - spanHours * 3600, nowS] },
        y: {
          range: (_, low, high) => [
            Math.min(0, low ?? 0),
            Math.max(1, (high ?? 1) * (lost.length > 0 ? 1.15 : 1.05)),
          ],
        },
      },
      axes: [
        {
          ...axis,
          values: (_, splits) =>
            splits.map((s) =>
              format(
                s,
                spanHours > 24
                  ? { month: 'numeric', day: 'numeric', hour: '2-digit' }
                  : { hour: '2-digit', minute: '2-digit' },
              ),
            ),
          space: 70,
        },
        // Counts are whole: no line between two of them.
        { ...axis, size: 44, incrs: STEPS },
      ],
      series: [
        {},
        { stroke: line, width: 2, points: { show: true, size: 5, fill: line, stroke: ink, width: 0 } },
        { stroke: 'transparent', points: { show: false } },
        { stroke: 'transparent', points: { show: false } },
      ],
      bands: [{ series: [3, 2], fill: `color-mix(in srgb, ${line} 22%, transparent)` }],
    },
    rows,
    place,
  );
}
