import { escapeMarkup } from '../markup.ts';
import type { Corners, Legend, Picture } from './paper.ts';

const WIDTH = 480;
const ZONE = 'fill="#dbeafe" stroke="#1d4ed8" stroke-width="3"';
const OPT_OUT = 'fill="url(#hatched)" stroke="#b91c1c" stroke-width="3"';
/** Stripes, so that it can also be told apart in black and white. */
const HATCHED =
  '<pattern id="hatched" width="12" height="12" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="12" height="12" fill="#fff"/><rect width="5" height="12" fill="#fca5a5"/></pattern>';
const OUTSIDE = '#e5e5e5';
/** Sizes of the labels; what is still too long stands over its edge. */
const LARGEST = 34;
const SMALLEST = 15;

/** Where zones and opt-out areas are in the picture of a camera, as an SVG for an HTML page. */
export function drawing({ aspect, zones, optOut, caption }: Picture): string {
  const height = Math.round(WIDTH / aspect);
  const points = (corners: Corners) =>
    corners.map(([x, y]) => `${Math.round(x * WIDTH)},${Math.round(y * height)}`).join(' ');
  const shape = (corners: Corners, style: string) => `<polygon points="${points(corners)}" ${style}/>`;
  const label = (corners: Corners, text: string) => {
    const { x, y, width } = boxOf(corners);
    const size = Math.round(Math.min(LARGEST, Math.max(SMALLEST, (width * WIDTH) / lengthOf(text))));
    return `<text x="${Math.round(x * WIDTH)}" y="${Math.round(y * height + size / 3)}" font-size="${size}" text-anchor="middle" paint-order="stroke" stroke="#fff" stroke-width="5">${escapeMarkup(text)}</text>`;
  };
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeMarkup(caption)}"><defs>${HATCHED}</defs><rect width="${WIDTH}" height="${height}" fill="${OUTSIDE}" stroke="#777" stroke-width="2"/>${[
    ...zones.map(({ corners }) => shape(corners, ZONE)),
    ...optOut.map(({ corners }) => shape(corners, OPT_OUT)),
    ...zones.map(({ corners, label: text }) => label(corners, text)),
    ...optOut.map(({ corners, label: text }) => label(corners, text)),
  ].join('')}</svg>`;
}

/** Middle and width of the box around it, as fractions of the picture. */
function boxOf(corners: Corners): { x: number; y: number; width: number } {
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  return { x: (left + right) / 2, y: (Math.min(...ys) + Math.max(...ys)) / 2, width: right - left };
}

/** In widths of a full-width character. */
const lengthOf = (text: string): number =>
  [...text].reduce((sum, character) => sum + (character.codePointAt(0)! < 0x1100 ? 0.62 : 1.05), 0.5);

/** What the three fillings mean. */
export function legendDrawing({ zone, optOut, outside }: Legend): string {
  const sample = (style: string) =>
    `<svg class="sample" viewBox="0 0 30 18"><defs>${HATCHED}</defs><rect x="1" y="1" width="28" height="16" ${style}/></svg>`;
  return [
    [ZONE, zone],
    [OPT_OUT, optOut],
    [`fill="${OUTSIDE}" stroke="#777" stroke-width="2"`, outside],
  ]
    .map(([style, text]) => `<span>${sample(style!)} ${escapeMarkup(text!)}</span>`)
    .join(' ');
}
