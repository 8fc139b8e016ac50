import type { FaceCrop } from '../domain/frame.ts';

/** Centre and semi-axes of the ellipse in which the encoder looks (OVAL_112 of models/training), px of a 112 px crop. */
const OVAL_112 = { x: 56, y: 64, across: 38, down: 48 };

/** Which pixels of a `sizePx` square crop show the face, row by row: 1 or 0. */
export function ovalOf(sizePx: number): Uint8Array {
  const scale = sizePx / 112;
  const inside = new Uint8Array(sizePx * sizePx);
  for (let row = 0; row < sizePx; row++)
    for (let column = 0; column < sizePx; column++) {
      const u = ((column + 0.5) / scale - OVAL_112.x) / OVAL_112.across;
      const v = ((row + 0.5) / scale - OVAL_112.y) / OVAL_112.down;
      inside[row * sizePx + column] = u * u + v * v <= 1 ? 1 : 0;
    }
  return inside;
}

/** Luma of a crop, 0..255, BT.709 weights. */
export function lumaOf({ rgb, sizePx }: Pick<FaceCrop, 'rgb' | 'sizePx'>, into: Float32Array): void {
  for (let i = 0; i < sizePx * sizePx; i++)
    into[i] = 0.2126 * rgb[3 * i]! + 0.7152 * rgb[3 * i + 1]! + 0.0722 * rgb[3 * i + 2]!;
}
