import type { PlanarImage } from '../domain/frame.ts';
import type { Box } from '../domain/geometry.ts';
import { Pool } from './pool.ts';

/** A part of a plane, reduced: `step` source pixels to each of its own. Source coordinate = origin + (own + 0.5) * step, own counted from pixel centres. */
export interface Level {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly originX: number;
  readonly originY: number;
  readonly step: number;
}

/** Averages of 2 x 2. */
function halve(from: Float32Array, width: number, into: Float32Array, w: number, h: number): void {
  for (let y = 0, out = 0; y < h; y++) {
    let i = 2 * y * width;
    for (let x = 0; x < w; x++, i += 2)
      into[out++] = (from[i]! + from[i + 1]! + from[i + width]! + from[i + width + 1]!) / 4;
  }
}

/** Binomial filter 1 2 1 in both directions, edges repeated: what is left can be interpolated without a trace of the grid. */
function smooth(from: Float32Array, line: Float32Array, into: Float32Array, w: number, h: number): void {
  for (let y = 0; y < h; y++) {
    const above = Math.max(0, y - 1) * w;
    const here = y * w;
    const below = Math.min(h - 1, y + 1) * w;
    for (let x = 0; x < w; x++) line[x] = from[above + x]! + 2 * from[here + x]! + from[below + x]!;
    for (let x = 0; x < w; x++)
      into[here + x] = (line[Math.max(0, x - 1)]! + 2 * line[x]! + line[Math.min(w - 1, x + 1)]!) / 16;
  }
}

/**
 * A Gaussian pyramid (Burt and Adelson, IEEE Trans. Communications 31(4), 1983) of the luma within a box, of two levels
 * only: the one in which a pixel is about as large as `pitchPx` source pixels, and the next coarser one.
 */
export function createPyramid() {
  const planes = [new Pool(), new Pool(), new Pool(), new Pool(), new Pool()] as const;
  const [even, odd, line, fine, coarse] = planes;

  return {
    /** @returns undefined when there is too little of the box in the picture */
    of(image: PlanarImage, box: Box, pitchPx: number): { fine: Level; coarse: Level } | undefined {
      const depth = Math.max(0, Math.floor(Math.log2(pitchPx)));
      const cell = 2 ** (depth + 1);
      const left = Math.max(0, Math.ceil(box.x));
      const top = Math.max(0, Math.ceil(box.y));
      let width = Math.floor((Math.min(image.widthPx, Math.floor(box.x + box.width)) - left) / cell) * cell;
      let height = Math.floor((Math.min(image.heightPx, Math.floor(box.y + box.height)) - top) / cell) * cell;
      if (width < 8 * cell || height < 8 * cell) return undefined;

      let from = even.take(width * height);
      for (let y = 0, out = 0; y < height; y++) {
        const start = (top + y) * image.widthPx + left;
        for (let x = 0; x < width; x++) from[out++] = image.data[start + x]!;
      }
      const level = (plane: Pool, step: number): Level => {
        const data = plane.take(width * height);
        smooth(from, line.take(width), data, width, height);
        return { data, width, height, originX: left, originY: top, step };
      };
      let into = odd;
      const reduce = () => {
        const [w, h] = [width / 2, height / 2];
        const next = into.take(w * h);
        halve(from, width, next, w, h);
        into = into === odd ? even : odd;
        from = next;
        [width, height] = [w, h];
      };
      for (let i = 0; i < depth; i++) reduce();
      const finer = level(fine, cell / 2);
      reduce();
      return { fine: finer, coarse: level(coarse, cell) };
    },

    /** Overwrite what was seen. */
    wipe(): void {
      for (const plane of planes) plane.wipe();
    },
  };
}
