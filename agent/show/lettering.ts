import { type PlanarImage, planesOf } from '../domain/frame.ts';
import type { Ink } from './ink.ts';

/** Five by seven dots: seven rows from the top, each a digit in base 32 whose highest bit is the leftmost dot. */
const GLYPHS: Readonly<Record<string, string>> = {
  A: 'ehhvhhh',
  B: 'uhhuhhu',
  C: 'ehggghe',
  D: 'uhhhhhu',
  E: 'vgguggv',
  F: 'vgguggg',
  G: 'ehgnhhf',
  H: 'hhhvhhh',
  I: 'e44444e',
  J: '72222ic',
  K: 'hikokih',
  L: 'ggggggv',
  M: 'hrllhhh',
  N: 'hhpljhh',
  O: 'ehhhhhe',
  P: 'uhhuggg',
  Q: 'ehhhlid',
  R: 'uhhukih',
  S: 'fgge11u',
  T: 'v444444',
  U: 'hhhhhhe',
  V: 'hhhhha4',
  W: 'hhhllla',
  X: 'hha4ahh',
  Y: 'hhha444',
  Z: 'v1248gv',
  0: 'ehjlphe',
  1: '4c4444e',
  2: 'eh1248v',
  3: 'v2421he',
  4: '26aiv22',
  5: 'vgu11he',
  6: '68guhhe',
  7: 'v124888',
  8: 'ehhehhe',
  9: 'ehhf12c',
  '-': '000v000',
  '.': '00000cc',
  ':': '0cc0cc0',
  '/': '01248g0',
  '%': 'op248j3',
};
const COLUMNS = 5;
const ROWS = 7;
/** From the beginning of a letter to that of the next, in dots. */
const ADVANCE = COLUMNS + 1;

export const lineHeightPx = (scale: number): number => (ROWS + 2) * scale;
export const lineWidthPx = (text: string, scale: number): number => text.length * ADVANCE * scale;

/**
 * Writes a line into a picture, in place, cut off at its edges. Small letters become capitals; what has no glyph becomes
 * a space.
 *
 * @param leftPx of the first letter
 * @param topPx of its upper edge
 * @param scale pixels per dot
 */
export function write(
  image: PlanarImage,
  text: string,
  { leftPx, topPx }: { readonly leftPx: number; readonly topPx: number },
  scale: number,
  ink: Ink,
): void {
  const { widthPx, heightPx } = image;
  const [luma, u, v] = planesOf(image);
  const dot = (x: number, y: number) => {
    if (x < 0 || y < 0 || x >= widthPx || y >= heightPx) return;
    luma[y * widthPx + x] = ink.y;
    const chroma = (y >> 1) * (widthPx / 2) + (x >> 1);
    u[chroma] = ink.u;
    v[chroma] = ink.v;
  };
  for (const [i, letter] of [...text.toUpperCase()].entries())
    for (const [row, digit] of [...(GLYPHS[letter] ?? '')].entries())
      for (let column = 0; column < COLUMNS; column++) {
        if (((Number.parseInt(digit, 32) >> (COLUMNS - 1 - column)) & 1) === 0) continue;
        const x = Math.round(leftPx) + (i * ADVANCE + column) * scale;
        const y = Math.round(topPx) + row * scale;
        for (let dy = 0; dy < scale; dy++) for (let dx = 0; dx < scale; dx++) dot(x + dx, y + dy);
      }
}
