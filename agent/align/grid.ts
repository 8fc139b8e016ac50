import type { Level } from './pyramid.ts';
import type { Similarity } from './similarity.ts';

/** Evenly spaced places of the canonical crop: `side` a side, `pitchPx` crop pixels apart, row by row. */
export interface Grid {
  readonly side: number;
  readonly pitchPx: number;
}

/**
 * What a level shows at the places of a grid, bilinear. `toSource` takes crop coordinates to source pixels. Where that is
 * outside the level, `seen` is 0 and the value stays as it was.
 */
export function sample(
  level: Level,
  toSource: Similarity,
  { side, pitchPx }: Grid,
  values: Float32Array,
  seen: Uint8Array,
): void {
  const { data, width, height, step } = level;
  const a = (toSource.a * pitchPx) / step;
  const b = (toSource.b * pitchPx) / step;
  const x0 = (toSource.tx - level.originX) / step - 0.5;
  const y0 = (toSource.ty - level.originY) / step - 0.5;
  for (let row = 0, i = 0; row < side; row++) {
    let x = x0 + a * 0.5 - b * (row + 0.5);
    let y = y0 + b * 0.5 + a * (row + 0.5);
    for (let column = 0; column < side; column++, i++, x += a, y += b) {
      const left = Math.floor(x);
      const top = Math.floor(y);
      if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1) {
        seen[i] = 0;
        continue;
      }
      const fx = x - left;
      const fy = y - top;
      const at = top * width + left;
      const upper = data[at]! + (data[at + 1]! - data[at]!) * fx;
      const lower = data[at + width]! + (data[at + width + 1]! - data[at + width]!) * fx;
      values[i] = upper + (lower - upper) * fy;
      seen[i] = 1;
    }
  }
}
