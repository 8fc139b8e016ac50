import type { Paper } from './paper.ts';

const FONTS = `"Noto Sans", "Helvetica Neue", Arial, "Liberation Sans", "Noto Sans JP", "Hiragino Sans", "Yu Gothic", Meiryo, "Noto Sans CJK JP", sans-serif`;

const COMMON = `
@page { size: A4; margin: 11mm 13mm }
* { box-sizing: border-box }
html { background: #eee }
body { font-family: ${FONTS}; color: #1a1a1a; background: #fff; line-height: 1.35; margin: 0 auto; max-width: 210mm; padding: 12mm 14mm; print-color-adjust: exact; -webkit-print-color-adjust: exact; overflow-wrap: break-word }
html:lang(ja) body { line-height: 1.5; line-break: strict }
@media print { html { background: none } body { padding: 0; max-width: none } }
header { border-bottom: 3px solid #12355b; margin-bottom: 3mm; padding-bottom: 2mm; display: flex; gap: 5mm; align-items: center }
header svg { flex: none; width: 17mm; height: 17mm }
h1 { margin: 0; color: #12355b; line-height: 1.15 }
header p { margin: 1mm 0 0 }
h2 { color: #12355b; margin: 4mm 0 1.5mm; break-after: avoid }
p { margin: 0 0 2mm }
ul { margin: 0 0 2mm; padding-left: 1.25em }
li { margin-bottom: .5mm }
table { border-collapse: collapse; width: 100%; margin-bottom: 2mm }
th, td { text-align: left; vertical-align: top; border: 1px solid #bbb; padding: .8mm 1.6mm }
thead th { background: #12355b; color: #fff; font-weight: 600 }
tbody th { background: #f1f5f9; font-weight: 600; width: 21% }
tr { break-inside: avoid }
mark { background: #fff3bf; border: 1px dashed #8a6d00; padding: 0 1mm; color: #5c4a00; box-decoration-break: clone; -webkit-box-decoration-break: clone }
code { font-family: "DejaVu Sans Mono", Consolas, monospace; font-size: .9em; overflow-wrap: anywhere }
td code { white-space: nowrap }
.warning { border: 2px solid #b45309; background: #fffbeb; padding: 1.5mm 3mm; margin-bottom: 3mm; break-inside: avoid }
.warning p { margin: 0; font-weight: 600 }
.cards { display: grid; grid-template-columns: repeat(3, 1fr); gap: 4mm; margin-bottom: 3mm }
.cards section { border-top: 3px solid #1d4ed8; background: #f1f5f9; padding: 2mm 3mm }
.cards h2 { margin: 0 0 1mm }
.pictures { display: flex; flex-wrap: wrap; justify-content: center; gap: 4mm; break-inside: avoid }
figure { margin: 0; text-align: center }
figure svg { width: 56mm; display: block }
figcaption, .legend { font-size: .85em; color: #444 }
.legend { display: flex; justify-content: center; gap: 6mm; margin: 1mm 0 2mm; break-inside: avoid }
.sample { width: 7mm; height: 4mm; vertical-align: middle }
.signatures { display: flex; gap: 6mm; margin-top: 4mm; break-inside: avoid }
.signatures section { flex: 1 }
.signatures h2 { margin: 0 0 1mm; font-size: 1em }
.signatures p { border-bottom: 1px solid #333; margin: 0; padding-top: 5mm; font-size: .85em; color: #444 }
footer { border-top: 1px solid #999; margin-top: 3mm; padding-top: 1mm; font-size: 7.5pt; color: #444 }
`;

const SIZES: Readonly<Record<Paper['kind'], string>> = {
  notice: `body { font-size: 9.3pt } h1 { font-size: 25pt } header p { font-size: 10.5pt } .cards h2 { font-size: 12.5pt } .cards { font-size: 9.8pt; gap: 3mm; margin-bottom: 2.5mm } .cards section { padding: 1.5mm 2.5mm } .cards ul { padding-left: 1em; margin: 0 } .warning { margin-bottom: 2.5mm } th, td { padding: .55mm 1.6mm } figure svg { width: 46mm } footer { margin-top: 1.5mm }`,
  datasheet: `body, html:lang(ja) body { font-size: 7.8pt; line-height: 1.28 } header { margin-bottom: 2mm; padding-bottom: 1mm } header svg { width: 11mm; height: 11mm } .warning { padding: .8mm 2mm; margin-bottom: 1.5mm } h1 { font-size: 16pt } h2 { font-size: 9.5pt; margin: 1.6mm 0 .6mm } thead th, td:first-child { white-space: nowrap } table { margin-bottom: 1mm } th, td { padding: .35mm 1.2mm } ul, p { margin-bottom: 1mm } figure svg { width: 40mm } .signatures { margin-top: 2mm } .signatures p { padding-top: 4.5mm }`,
  dpia: `body { font-size: 9.5pt } h1 { font-size: 19pt } h2 { font-size: 12.5pt }`,
};

/** Everything that the page needs: no font, picture or style comes from elsewhere. */
export const styleOf = (kind: Paper['kind']): string => `${COMMON}${SIZES[kind]}`;
