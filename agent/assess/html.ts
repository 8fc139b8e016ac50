import { escapeMarkup } from '../privacy/markup.ts';
import type { Assessment, Histogram } from './assessment.ts';
import { VERDICTS } from './table.ts';

const W = 360;
const H = 150;
const PLOT = { left: 40, right: 350, top: 10, bottom: 118 };

const STYLE = `
:root{color-scheme:light dark;--ink:#1a2029;--faint:#55606e;--line:#d8dde4;--paper:#fff;--bar:#0b5cad;--good:#1b7f4b;--weak:#8a5a00;--bad:#b3261e;--unknown:#55606e}
@media (prefers-color-scheme:dark){:root{--ink:#e8edf3;--faint:#a7b1be;--line:#36404d;--paper:#14181d;--bar:#7fb8f5;--good:#62d495;--weak:#f2bb4c;--bad:#ff8a80;--unknown:#a7b1be}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:62rem;margin:0 auto;padding:1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}
.verdict{padding:.7rem 1rem;border-left:.4rem solid;font-weight:600}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.5rem .8rem .5rem 0;border-bottom:1px solid var(--line)}
.good{color:var(--good)}.weak{color:var(--weak)}.bad{color:var(--bad)}.unknown{color:var(--unknown)}
td .fine,.fine{color:var(--faint);font-size:.9rem}
.plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));gap:1rem}
figure{margin:0}figcaption{font-size:.9rem}svg{width:100%;height:auto}
svg text{fill:var(--faint);font-size:11px}svg .bar{fill:var(--bar)}svg .axis{stroke:var(--line)}svg .limit{stroke:var(--bad);stroke-dasharray:4 3}svg .curve{fill:none;stroke:var(--bar);stroke-width:2}
@media print{body{max-width:none}tr,figure{break-inside:avoid}}
`;

const WORDS = { good: 'OK', weak: 'weak', bad: 'no', unknown: 'not known' } as const;

/** One page that stands alone: no script, no picture of anybody, nothing from elsewhere. */
export function html(assessment: Assessment): string {
  const { source, at, software, seconds, analysis, stream, verdict, requirements, faceTime, plots } =
    assessment;
  const text = escapeMarkup;
  const row = ({ name, verdict: how, found, wanted, advice }: Assessment['requirements'][number]) =>
    `<tr><th scope="row">${text(name)}</th><td class="${how}">${WORDS[how]}</td><td>${text(found)}<div class="fine">wanted: ${text(wanted)}</div>${advice === undefined ? '' : `<div>${text(advice)}</div>`}</td></tr>`;
  const bars = (title: string, histogram: Histogram | undefined, limits: readonly number[] = []) =>
    histogram === undefined ? '' : figureOf(title, barPlot(title, histogram, limits));
  const time =
    faceTime === undefined
      ? ''
      : `<h2>What would become of faces</h2><table><tbody>${Object.entries(faceTime)
          .filter(([, share]) => share > 0)
          .map(
            ([what, share]) =>
              `<tr><th scope="row">${what === 'counted' ? 'would count' : `not: ${text(what.replaceAll('-', ' '))}`}</th><td>${Math.round(100 * share)} %</td></tr>`,
          )
          .join('')}</tbody></table>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Assessment of ${text(source)}</title><style>${STYLE}</style></head><body>
<h1>Assessment of ${text(source)}</h1>
<p class="verdict ${verdict}">${text(VERDICTS[verdict])}</p>
<p>${text(at.slice(0, 16).replace('T', ' '))} UTC, ${seconds} s; ${text(stream.codec)} ${stream.widthPx} x ${stream.heightPx}, faces looked for in ${analysis.widthPx} x ${analysis.heightPx} px; micron-edge ${text(software)}.</p>
<h2>Requirements</h2>
<table><tbody>${requirements.map(row).join('')}</tbody></table>
${time}
<h2>Plots</h2>
<div class="plots">
${bars('Time between pictures, ms', plots.intervalsMs)}
${figureOf('Brightness over time (0 to 255), by second', linePlot(plots.lightBySecond))}
${bars('Height of faces, px', plots.faceHeightPx)}
${bars('Yaw, degrees: 0 looks at the camera', plots.yawDeg)}
${bars('Pitch, degrees: positive looks down', plots.pitchDeg)}
${bars('Blur, 0 sharp to 1', plots.blur)}
${bars('Motion that registration left, px of the crop', plots.residualPx)}
</div>
<p class="fine">All distributions are over all faces together, in whole percents. Nothing in this file says who or how many people were there, or when; there is no picture in it. Whether the model works on real people is another question: see its model card.</p>
</body></html>
`;
}

const figureOf = (title: string, svg: string): string =>
  `<figure>${svg}<figcaption>${escapeMarkup(title)}</figcaption></figure>`;

const frame = (title: string, content: string): string =>
  `<svg viewBox="0 0 ${W} ${H}" role="img" aria-label="${escapeMarkup(title)}">${content}<line class="axis" x1="${PLOT.left}" y1="${PLOT.bottom}" x2="${PLOT.right}" y2="${PLOT.bottom}"/></svg>`;

const short = (value: number): string => String(Number(value.toPrecision(3)));

function barPlot(title: string, { edges, shares, unit }: Histogram, limits: readonly number[]): string {
  const [from, to] = [edges[0]!, edges.at(-1)!];
  const most = Math.max(0.01, ...shares);
  const x = (value: number) => PLOT.left + ((value - from) / (to - from)) * (PLOT.right - PLOT.left);
  const y = (share: number) => PLOT.bottom - (share / most) * (PLOT.bottom - PLOT.top);
  const bars = shares.map((share, i) => {
    const [left, right] = [x(edges[i]!), x(edges[i + 1]!)];
    return `<rect class="bar" x="${(left + 0.5).toFixed(1)}" y="${y(share).toFixed(1)}" width="${Math.max(0.5, right - left - 1).toFixed(1)}" height="${(PLOT.bottom - y(share)).toFixed(1)}"/>`;
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const value = from + part * (to - from);
    return `<text x="${x(value).toFixed(1)}" y="${PLOT.bottom + 16}" text-anchor="middle">${short(value)}</text>`;
  });
  const lines = limits.map(
    (value) => `<line class="limit" x1="${x(value)}" y1="${PLOT.top}" x2="${x(value)}" y2="${PLOT.bottom}"/>`,
  );
  const scale = `<text x="${PLOT.left - 6}" y="${PLOT.top + 8}" text-anchor="end">${Math.round(100 * most)} %</text>`;
  const what = `${title}${unit === '' ? '' : ` (${unit})`}`;
  return frame(what, bars.join('') + lines.join('') + ticks.join('') + scale);
}

function linePlot(values: readonly number[]): string {
  const x = (i: number) => PLOT.left + (i / Math.max(1, values.length - 1)) * (PLOT.right - PLOT.left);
  const y = (value: number) => PLOT.bottom - (value / 255) * (PLOT.bottom - PLOT.top);
  const points = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const ticks = `<text x="${PLOT.left}" y="${PLOT.bottom + 16}">0 s</text><text x="${PLOT.right}" y="${PLOT.bottom + 16}" text-anchor="end">${values.length} s</text><text x="${PLOT.left - 6}" y="${PLOT.top + 8}" text-anchor="end">255</text>`;
  return frame('Brightness over time', `<polyline class="curve" points="${points}"/>${ticks}`);
}
