import { apply, invert, type Similarity, scaleOf } from '../../agent/align/similarity.ts';
import type { Box } from '../../agent/domain/geometry.ts';
import type { Layer } from './steady-film.ts';

/** Mitchell and Netravali's cubic (SIGGRAPH 1988), B = C = 1/3; support 2. */
function cubic(t: number): number {
  const x = Math.abs(t);
  if (x < 1) return (7 * x * x * x - 12 * x * x + 16 / 3) / 6;
  return x < 2 ? ((-7 / 3) * x * x * x + 12 * x * x - 20 * x + 32 / 3) / 6 : 0;
}

/** The same, tabled: a thousand steps to one. */
const TABLE = Float64Array.from({ length: 2002 }, (_, i) => cubic(i / 1000));
const weight = (t: number): number => TABLE[Math.min(2001, Math.round(Math.abs(t) * 1000))]!;

/** A layer as `toFrame` shows it, in a plane of width x height; the kernel spans as much of the layer as a pixel covers. */
export function resample(
  layer: Layer,
  toFrame: Similarity,
  out: Float32Array,
  width: number,
  height: number,
  box: Box,
): void {
  const back = invert(toFrame);
  const wide = Math.max(1, scaleOf(back));
  const reach = Math.ceil(2 * wide);
  const [wx, wy] = [new Float64Array(2 * reach), new Float64Array(2 * reach)];
  for (let row = Math.max(0, Math.floor(box.y)); row < Math.min(height, box.y + box.height); row++)
    for (let column = Math.max(0, Math.floor(box.x)); column < Math.min(width, box.x + box.width); column++) {
      const at = apply(back, { x: column + 0.5, y: row + 0.5 });
      const [sx, sy] = [at.x - 0.5, at.y - 0.5];
      if (sx < -wide || sy < -wide || sx > layer.side - 1 + wide || sy > layer.side - 1 + wide) continue;
      const [x0, y0] = [Math.floor(sx) - reach + 1, Math.floor(sy) - reach + 1];
      let [tx, ty] = [0, 0];
      for (let i = 0; i < 2 * reach; i++) {
        tx += wx[i] = weight((x0 + i - sx) / wide);
        ty += wy[i] = weight((y0 + i - sy) / wide);
      }
      let sum = 0;
      for (let j = 0; j < 2 * reach; j++) {
        if (wy[j] === 0) continue;
        const y = y0 + j;
        if (y < 0) continue;
        // Body and background go on below the film.
        const line = Math.min(y, layer.side - 1) * layer.side;
        let part = 0;
        for (let i = 0; i < 2 * reach; i++) {
          const x = x0 + i;
          if (x >= 0 && x < layer.side) part += wx[i]! * layer.data[line + x]!;
        }
        sum += wy[j]! * part;
      }
      out[row * width + column] = sum / (tx * ty);
    }
}
