import { BT709, clamp, level } from '../domain/colour.ts';
import { type PlanarImage, planesOf } from '../domain/frame.ts';
import { Pool } from './pool.ts';
import { createResampler } from './resample.ts';
import type { Similarity } from './similarity.ts';

/** Cuts `sizePx` squares out of I420 images. */
export function createWarp(sizePx: number) {
  const count = sizePx * sizePx;
  const luma = createResampler(sizePx);
  const chroma = createResampler(sizePx);
  const pools = [new Pool(), new Pool(), new Pool()] as const;

  return {
    /**
     * @param toImage takes coordinates of the crop to those of the picture, both counted from the corner of the first pixel
     * @returns interleaved RGB (BT.709 limited range to sRGB values); the caller overwrites it when done
     */
    cut(image: PlanarImage, toImage: Similarity): Uint8Array {
      const { widthPx: width, heightPx: height } = image;
      const [y, u, v] = planesOf(image);
      const [grey, blue, red] = pools.map((pool) => pool.take(count)) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      luma.resample({ data: y, width, height }, toImage, grey);
      const half = { a: toImage.a / 2, b: toImage.b / 2, tx: toImage.tx / 2, ty: toImage.ty / 2 };
      chroma.resample({ data: u, width: width / 2, height: height / 2 }, half, blue);
      chroma.resample({ data: v, width: width / 2, height: height / 2 }, half, red);
      const rgb = new Uint8Array(count * 3);
      for (let i = 0, out = 0; i < count; i++) {
        const light = level(grey[i]!);
        const cb = blue[i]! - 128;
        const cr = red[i]! - 128;
        // Uint8Array truncates: half is added.
        rgb[out++] = clamp(light + BT709.red * cr + 0.5);
        rgb[out++] = clamp(light - BT709.greenFromCb * cb - BT709.greenFromCr * cr + 0.5);
        rgb[out++] = clamp(light + BT709.blue * cb + 0.5);
      }
      return rgb;
    },

    /** Overwrite what was seen. */
    wipe(): void {
      luma.wipe();
      chroma.wipe();
      for (const pool of pools) pool.wipe();
    },
  };
}
