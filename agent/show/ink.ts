import { type PlanarImage, planesOf } from '../domain/frame.ts';
import type { Box } from '../domain/geometry.ts';

/** A colour in limited-range Y'CbCr. */
export interface Ink {
  readonly y: number;
  readonly u: number;
  readonly v: number;
}

export const WHITE: Ink = { y: 235, u: 128, v: 128 };
export const GREEN: Ink = { y: 170, u: 80, v: 70 };
export const AMBER: Ink = { y: 180, u: 60, v: 165 };
export const PALE: Ink = { y: 190, u: 128, v: 128 };
export const DARK: Ink = { y: 30, u: 128, v: 128 };

/** Fills a box, in place, cut off at the edges of the picture. */
export function fill(image: PlanarImage, { x, y, width, height }: Box, ink: Ink): void {
  const { widthPx, heightPx } = image;
  const within = (value: number, most: number) => Math.max(0, Math.min(most, Math.round(value)));
  const [left, right] = [within(x, widthPx), within(x + width, widthPx)];
  const [top, bottom] = [within(y, heightPx), within(y + height, heightPx)];
  if (left >= right) return;
  const [luma, u, v] = planesOf(image);
  for (let row = top; row < bottom; row++) {
    luma.fill(ink.y, row * widthPx + left, row * widthPx + right);
    const chroma = (row >> 1) * (widthPx / 2);
    u.fill(ink.u, chroma + (left >> 1), chroma + ((right + 1) >> 1));
    v.fill(ink.v, chroma + (left >> 1), chroma + ((right + 1) >> 1));
  }
}

/** Draws the edge of a box inwards. */
export function outline(image: PlanarImage, { x, y, width, height }: Box, thickPx: number, ink: Ink): void {
  fill(image, { x, y, width, height: thickPx }, ink);
  fill(image, { x, y: y + height - thickPx, width, height: thickPx }, ink);
  fill(image, { x, y, width: thickPx, height }, ink);
  fill(image, { x: x + width - thickPx, y, width: thickPx, height }, ink);
}
