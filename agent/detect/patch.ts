import { BT709, clamp, level } from '../domain/colour.ts';
import { type PlanarImage, planesOf } from '../domain/frame.ts';
import type { Point } from '../domain/geometry.ts';
import type { InputFormat, NetworkInput } from './letterbox.ts';

/** A square of the picture, turned by `angle` (radians, clockwise as seen) about its centre. */
export interface Square {
  readonly centre: Point;
  readonly sidePx: number;
  readonly angle: number;
}

/** Where a point of the patch, pixels from its top left corner, lies in the picture. */
export function fromPatch({ centre, sidePx, angle }: Square, patchPx: number, { x, y }: Point): Point {
  const step = sidePx / patchPx;
  const [u, v] = [(x - patchPx / 2) * step, (y - patchPx / 2) * step];
  return {
    x: centre.x + u * Math.cos(angle) - v * Math.sin(angle),
    y: centre.y + u * Math.sin(angle) + v * Math.cos(angle),
  };
}

/** Of a plane, at pixel-centre coordinates inside of it: bilinear, edges repeated. */
function sample(plane: Uint8Array, width: number, height: number, x: number, y: number): number {
  const cx = x < 0 ? 0 : Math.min(width - 1, x);
  const cy = y < 0 ? 0 : Math.min(height - 1, y);
  const x0 = Math.floor(cx);
  const y0 = Math.floor(cy);
  const right = x0 + 1 < width ? 1 : 0;
  const at = y0 * width + x0;
  const below = y0 + 1 < height ? at + width : at;
  const fx = cx - x0;
  const fy = cy - y0;
  const top = plane[at]! * (1 - fx) + plane[at + right]! * fx;
  const bottom = plane[below]! * (1 - fx) + plane[below + right]! * fx;
  return top * (1 - fy) + bottom * fy;
}

/** More than so many samples along one side of an input pixel show the network nothing new. */
const MOST_TAPS = 6;

/**
 * Cuts turned squares out of I420 pictures as input of a network, `patchPx` to a side, straight from the planes; what is
 * outside of the picture is black. Its buffer is reused by each cut.
 */
export function createPatch(patchPx: number, format: InputFormat) {
  const area = patchPx * patchPx;
  const data = new Float32Array(3 * area);
  const [r, b] = format.order === 'rgb' ? [0, 2 * area] : [2 * area, 0];

  return {
    cut(image: PlanarImage, { centre, sidePx, angle }: Square): NetworkInput {
      const { widthPx: width, heightPx: height } = image;
      const [luma, u, v] = planesOf(image);
      const half = width / 2;
      const step = sidePx / patchPx;
      const [ax, ay] = [Math.cos(angle) * step, Math.sin(angle) * step];
      // Where the picture is finer than the patch, a grid of samples is averaged, so that texture does not alias.
      const taps = Math.max(1, Math.min(MOST_TAPS, Math.round(step)));
      for (let row = 0; row < patchPx; row++) {
        for (let column = 0; column < patchPx; column++) {
          const px = column + 0.5 - patchPx / 2;
          const py = row + 0.5 - patchPx / 2;
          const sx = centre.x + ax * px - ay * py;
          const sy = centre.y + ay * px + ax * py;
          const o = row * patchPx + column;
          if (sx < 0 || sy < 0 || sx >= width || sy >= height) {
            data[o] = data[area + o] = data[2 * area + o] = format.offset;
            continue;
          }
          let y = 0;
          if (taps === 1) y = sample(luma, width, height, sx - 0.5, sy - 0.5);
          else if (sx > step && sy > step && sx < width - 1 - step && sy < height - 1 - step) {
            // Nowhere near an edge, which is nearly always.
            for (let j = 0; j < taps; j++) {
              const dy = (j + 0.5) / taps - 0.5;
              for (let i = 0; i < taps; i++) {
                const dx = (i + 0.5) / taps - 0.5;
                y += luma[Math.floor(sy + ay * dx + ax * dy) * width + Math.floor(sx + ax * dx - ay * dy)]!;
              }
            }
            y /= taps * taps;
          } else {
            for (let j = 0; j < taps; j++) {
              for (let i = 0; i < taps; i++) {
                const dx = (i + 0.5) / taps - 0.5;
                const dy = (j + 0.5) / taps - 0.5;
                const tx = Math.floor(sx + ax * dx - ay * dy);
                const ty = Math.floor(sy + ay * dx + ax * dy);
                y += luma[clampTo(ty, height) * width + clampTo(tx, width)]!;
              }
            }
            y /= taps * taps;
          }
          const grey = level(y);
          // Both chroma planes, bilinear, edges repeated: as `sample`, but they lie at the same places.
          const cx = sx / 2 - 0.5 < 0 ? 0 : Math.min(half - 1, sx / 2 - 0.5);
          const cy = sy / 2 - 0.5 < 0 ? 0 : Math.min(height / 2 - 1, sy / 2 - 0.5);
          const x0 = Math.floor(cx);
          const y0 = Math.floor(cy);
          const fx = cx - x0;
          const fy = cy - y0;
          const at = y0 * half + x0;
          const right = x0 + 1 < half ? 1 : 0;
          const below = y0 + 1 < height / 2 ? at + half : at;
          const cb =
            (u[at]! * (1 - fx) + u[at + right]! * fx) * (1 - fy) +
            (u[below]! * (1 - fx) + u[below + right]! * fx) * fy -
            128;
          const cr =
            (v[at]! * (1 - fx) + v[at + right]! * fx) * (1 - fy) +
            (v[below]! * (1 - fx) + v[below + right]! * fx) * fy -
            128;
          data[r + o] = clamp(grey + BT709.red * cr) * format.gain + format.offset;
          data[area + o] =
            clamp(grey - BT709.greenFromCb * cb - BT709.greenFromCr * cr) * format.gain + format.offset;
          data[b + o] = clamp(grey + BT709.blue * cb) * format.gain + format.offset;
        }
      }
      return { widthPx: patchPx, heightPx: patchPx, scale: 1, data };
    },
    /** Overwrite what was seen. */
    wipe(): void {
      data.fill(format.offset);
    },
  };
}

const clampTo = (value: number, end: number) => (value < 0 ? 0 : value < end ? value : end - 1);
