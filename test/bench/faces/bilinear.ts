import type { Similarity } from '../../../agent/align/similarity.ts';
import { BT709, clamp, level } from '../../../agent/domain/colour.ts';
import { type PlanarImage, planesOf } from '../../../agent/domain/frame.ts';

/** Bilinear sample at pixel-centre coordinates, edges repeated. */
function sample(plane: Uint8Array, width: number, height: number, x: number, y: number): number {
  const cx = Math.max(0, Math.min(width - 1, x));
  const cy = Math.max(0, Math.min(height - 1, y));
  const x0 = Math.floor(cx);
  const y0 = Math.floor(cy);
  const x1 = Math.min(width - 1, x0 + 1);
  const y1 = Math.min(height - 1, y0 + 1);
  const fx = cx - x0;
  const fy = cy - y0;
  const top = plane[y0 * width + x0]! * (1 - fx) + plane[y0 * width + x1]! * fx;
  const bottom = plane[y1 * width + x0]! * (1 - fx) + plane[y1 * width + x1]! * fx;
  return top * (1 - fy) + bottom * fy;
}

/**
 * What `createWarp(sizePx).cut` is compared with: each pixel of the crop is sampled bilinearly, `n * n` times where the
 * picture is n times finer than the crop. The shipped weights were trained on crops that were cut in this way.
 */
export function bilinearWarp(image: PlanarImage, toImage: Similarity, sizePx: number): Uint8Array {
  const { widthPx: width, heightPx: height } = image;
  const [luma, u, v] = planesOf(image);
  const taps = Math.max(1, Math.min(4, Math.round(Math.hypot(toImage.a, toImage.b))));
  const rgb = new Uint8Array(sizePx * sizePx * 3);
  let out = 0;
  for (let row = 0; row < sizePx; row++) {
    for (let column = 0; column < sizePx; column++) {
      let y = 0;
      for (let j = 0; j < taps; j++) {
        for (let i = 0; i < taps; i++) {
          const px = column + (i + 0.5) / taps;
          const py = row + (j + 0.5) / taps;
          const sx = toImage.a * px - toImage.b * py + toImage.tx - 0.5;
          const sy = toImage.b * px + toImage.a * py + toImage.ty - 0.5;
          y += sample(luma, width, height, sx, sy);
        }
      }
      const px = column + 0.5;
      const py = row + 0.5;
      const cx = (toImage.a * px - toImage.b * py + toImage.tx) / 2 - 0.5;
      const cy = (toImage.b * px + toImage.a * py + toImage.ty) / 2 - 0.5;
      const cb = sample(u, width / 2, height / 2, cx, cy) - 128;
      const cr = sample(v, width / 2, height / 2, cx, cy) - 128;
      const grey = level(y / (taps * taps));
      // Uint8Array truncates: half is added.
      rgb[out++] = clamp(grey + BT709.red * cr + 0.5);
      rgb[out++] = clamp(grey - BT709.greenFromCb * cb - BT709.greenFromCr * cr + 0.5);
      rgb[out++] = clamp(grey + BT709.blue * cb + 0.5);
    }
  }
  return rgb;
}
