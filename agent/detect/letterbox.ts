import { BT709, clamp, level } from '../domain/colour.ts';
import { type PlanarImage, planesOf } from '../domain/frame.ts';

/** What a network is shown. Source pixel = input pixel / scale. */
export interface NetworkInput {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly scale: number;
  /** float32 [3, height, width]; overwritten by the next frame. */
  readonly data: Float32Array;
}

/** What a network wants to see for each 8-bit sRGB value `v`: `v * gain + offset`, planes in this order. */
export interface InputFormat {
  readonly gain: number;
  readonly offset: number;
  readonly order: 'rgb' | 'bgr';
}

/** Both detectors halve their input five times. */
const MULTIPLE = 32;

/** So many samples along each side of an output pixel are enough; all those of a 1080p picture cost 6 ms. */
const MOST_TAPS = 4;

interface Tap {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Source pixels [from, to) that are averaged for each output pixel: box filter down, nearest up. */
function taps(source: number, target: number): Tap {
  const from = new Int32Array(target);
  const to = new Int32Array(target);
  for (let i = 0; i < target; i++) {
    from[i] = Math.min(source - 1, Math.floor((i * source) / target));
    to[i] = Math.max(from[i]! + 1, Math.min(source, Math.floor(((i + 1) * source) / target)));
  }
  return { from, to };
}

function averagePlane(
  plane: Uint8Array,
  stride: number,
  x: Tap,
  y: Tap,
  out: Float32Array,
  width: number,
  height: number,
): void {
  const across = Math.ceil((x.to[0]! - x.from[0]!) / MOST_TAPS);
  const down = Math.ceil((y.to[0]! - y.from[0]!) / MOST_TAPS);
  for (let row = 0; row < height; row++) {
    const top = y.from[row]!;
    const bottom = y.to[row]!;
    for (let column = 0; column < width; column++) {
      const left = x.from[column]!;
      const right = x.to[column]!;
      let sum = 0;
      let taps = 0;
      for (let sy = top; sy < bottom; sy += down) {
        const line = sy * stride;
        for (let sx = left; sx < right; sx += across) {
          sum += plane[line + sx]!;
          taps++;
        }
      }
      out[row * width + column] = sum / taps;
    }
  }
}

/**
 * Fits I420 frames of one size into a network input whose long side is `longSidePx`: area-averaged per plane, then to
 * RGB (BT.709, limited range), black below and to the right up to multiples of 32. Its buffers are reused for each frame.
 */
export function createLetterbox(
  frame: { readonly widthPx: number; readonly heightPx: number },
  longSidePx: number,
  format: InputFormat,
) {
  const scale = longSidePx / Math.max(frame.widthPx, frame.heightPx);
  const width = Math.max(1, Math.round(frame.widthPx * scale));
  const height = Math.max(1, Math.round(frame.heightPx * scale));
  const widthPx = Math.ceil(width / MULTIPLE) * MULTIPLE;
  const heightPx = Math.ceil(height / MULTIPLE) * MULTIPLE;
  const luma = { x: taps(frame.widthPx, width), y: taps(frame.heightPx, height) };
  const chroma = { x: taps(frame.widthPx / 2, width), y: taps(frame.heightPx / 2, height) };
  const planes = [0, 1, 2].map(() => new Float32Array(width * height)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const black = format.offset;
  const data = new Float32Array(3 * widthPx * heightPx).fill(black);
  const area = widthPx * heightPx;
  const [r, b] = format.order === 'rgb' ? [0, 2 * area] : [2 * area, 0];

  return {
    fit(image: PlanarImage): NetworkInput {
      const [y, u, v] = planesOf(image);
      const chromaStride = frame.widthPx / 2;
      const [ys, us, vs] = planes;
      averagePlane(y, frame.widthPx, luma.x, luma.y, ys, width, height);
      averagePlane(u, chromaStride, chroma.x, chroma.y, us, width, height);
      averagePlane(v, chromaStride, chroma.x, chroma.y, vs, width, height);
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const i = row * width + column;
          const o = row * widthPx + column;
          const grey = level(ys[i]!);
          const cb = us[i]! - 128;
          const cr = vs[i]! - 128;
          data[r + o] = clamp(grey + BT709.red * cr) * format.gain + format.offset;
          data[area + o] =
            clamp(grey - BT709.greenFromCb * cb - BT709.greenFromCr * cr) * format.gain + format.offset;
          data[b + o] = clamp(grey + BT709.blue * cb) * format.gain + format.offset;
        }
      }
      return { widthPx, heightPx, scale, data };
    },
    /** Overwrite what was seen. */
    wipe(): void {
      data.fill(black);
      for (const plane of planes) plane.fill(0);
    },
  };
}
