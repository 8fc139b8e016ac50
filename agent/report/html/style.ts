/** Everything that the page needs: no font, picture or style comes from elsewhere. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1a1d21; --soft: #5a626b; --line: #d5dae0; --panel: #f4f6f8; --head: #12355b; --accent: #0b63a5; --trend: #b3470b; --wanted: #d7ecd9; --good: #1b6e3c; --bad: #a3261b; --warn: #fff4d6; --warnline: #b97f00; --released: #0b63a5; --total: #e0a030; --capture: #b9c2cb; --other: #a3261b; --missing: #fff }
@media (prefers-color-scheme: dark) { :root { --paper: #14181d; --ink: #e8eaed; --soft: #a4adb8; --line: #39424d; --panel: #1d232a; --head: #9cc7f0; --accent: #6db3ec; --trend: #f0a070; --wanted: #1f3d29; --good: #7fd49c; --bad: #ff9a8f; --warn: #3a2f12; --warnline: #d9a441; --released: #4a98d6; --total: #d9a441; --capture: #56616d; --other: #ff9a8f; --missing: #14181d } }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #1a1d21; --soft: #444; --line: #c5cad0; --panel: #f4f6f8; --head: #12355b; --accent: #0b63a5; --trend: #b3470b; --wanted: #d7ecd9; --good: #1b6e3c; --bad: #a3261b; --warn: #fff4d6; --warnline: #b97f00; --released: #0b63a5; --total: #e0a030; --capture: #b9c2cb; --other: #a3261b; --missing: #fff } }
@page { size: A4; margin: 12mm }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 60rem; padding: 1.2rem 1rem 3rem; background: var(--paper); color: var(--ink); font: 15px/1.5 "Noto Sans", "Helvetica Neue", Arial, "Liberation Sans", "Noto Sans JP", "Hiragino Sans", "Yu Gothic", Meiryo, "Noto Sans CJK JP", sans-serif; overflow-wrap: break-word; print-color-adjust: exact; -webkit-print-color-adjust: exact }
html:lang(ja) body { line-break: strict; line-height: 1.65 }
@media print { body { font-size: 9.5pt; padding: 0 1px; max-width: none } tbody tr:nth-child(-n + 3) { break-before: avoid } }
h1 { margin: 0; font-size: 1.9em; line-height: 1.2; color: var(--head) }
h2 { margin: 2.2em 0 .6em; font-size: 1.3em; color: var(--head); border-bottom: 2px solid var(--line); padding-bottom: .2em; break-after: avoid }
h3 { margin: 1.5em 0 .5em; font-size: 1.05em; break-after: avoid }
p { margin: .4em 0 .8em }
.sub, .note, .legend, caption { color: var(--soft) }
.note, .legend { font-size: .88em }
.warning { border-left: 5px solid var(--warnline); background: var(--warn); padding: .7em 1em; margin: 1em 0; break-inside: avoid }
.warning p { margin: .2em 0 }
.warning p:first-child { font-weight: 600 }
.wide { overflow-x: auto; margin: .6em 0 1em }
table { border-collapse: collapse; width: 100%; font-size: .9em; font-variant-numeric: tabular-nums }
th, td { text-align: left; vertical-align: top; padding: .35em .7em .35em 0; border-bottom: 1px solid var(--line) }
thead th { color: var(--soft); font-weight: 600 }
tr { break-inside: avoid }
@media screen { .wide table { min-width: 34rem } .wide th:first-child { min-width: 7rem } }
.facts th { width: 11rem; font-weight: 600; color: var(--soft) }
@media (max-width: 34rem) { .facts tr, .facts th, .facts td { display: block; width: auto } .facts th { border: 0; padding-bottom: 0 } }
.card { border: 1px solid var(--line); background: var(--panel); border-radius: 6px; padding: .9em 1.1em; margin: 1em 0; break-inside: avoid }
.card h3 { margin: 0 0 .3em }
.card svg { display: block; max-width: 30rem; margin: .5em 0 }
.verdict { display: inline-block; font-weight: 700; border: 1.5px solid currentColor; border-radius: 4px; padding: 0 .5em; margin-right: .6em }
.reached { color: var(--good) }
.opposite, .not-comparable { color: var(--bad) }
.alarm { color: var(--bad); font-weight: 600 }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); gap: .6rem }
@media print { .charts { grid-template-columns: repeat(3, 1fr) } }
svg { width: 100%; height: auto; font: 11px "Noto Sans", Arial, "Noto Sans JP", "Noto Sans CJK JP", sans-serif; break-inside: avoid }
svg text { fill: var(--soft) }
svg .title { fill: var(--ink); font-size: 13px; font-weight: 600 }
svg .end { text-anchor: end }
svg .middle { text-anchor: middle }
svg .grid { stroke: var(--line); stroke-width: .7 }
svg .zero { stroke: var(--soft); stroke-width: 1 }
svg .bar { stroke: var(--accent); stroke-width: 1.4; opacity: .45 }
svg .dot { fill: var(--accent) }
svg .trend { stroke: var(--trend); stroke-width: 2 }
svg .change { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 4 3 }
svg .interval { stroke: var(--accent); stroke-width: 3 }
svg .wanted { fill: var(--wanted) }
.fate.released { fill: var(--released); background: var(--released) }
.fate.total { fill: var(--total); background: var(--total) }
.fate.capture { fill: var(--capture); background: var(--capture) }
.fate.other { fill: var(--other); background: var(--other) }
.fate.missing { fill: var(--missing); stroke: var(--soft); stroke-width: .6; stroke-dasharray: 2 2; background: var(--missing); outline: 1px dashed var(--soft) }
.key { display: inline-block; width: .85em; height: .85em; margin: 0 .35em 0 0; vertical-align: -.08em }
.legend span + span { margin-left: 1.1em }
.legend > span { white-space: nowrap }
footer { border-top: 1px solid var(--line); margin-top: 3em; padding-top: .6em; color: var(--soft); font-size: .85em }
code { font-family: "DejaVu Sans Mono", Consolas, monospace; font-size: .9em; overflow-wrap: anywhere }
`;
