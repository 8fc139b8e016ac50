import { type KernelTable, kernelTable } from './kernel.ts';
import { Pool } from './pool.ts';
import { type Similarity, scaleOf } from './similarity.ts';

/** One plane of a picture, a byte a pixel, row by row. */
export interface BytePlane {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * The kernel spans at least so many samples. With less, detail of 3 pixels or finer still looks sharper on the pixels than
 * between them; with more, small faces lose detail for nothing.
 */
const NARROWEST = 1.25;
/** Of a kernel of that width, and of every wider one. */
const LEAST_TAPS = 5;
/** Where a picture is finer than this many times the crop, averages of 2 x 2 serve as well and cost less. */
const FINEST = 4;

/**
 * Resamples a plane through a similarity with a kernel as wide as a pixel of the result, or a little wider than one of the
 * plane where that is more: all that the plane shows goes into the result by how much of it there is, wherever its pixels happen to
 * lie, so that skin texture does not turn into apparent motion. In two passes, first along the lines of the plane and
 * then across them (Catmull and Smith, "3-D transformations of images in scanline order", SIGGRAPH 1980): 10 products a
 * pixel where a square kernel needs 25. The lines are columns where the face lies on its side.
 */
export function createResampler(sizePx: number) {
  const line = new Pool();
  const between = new Pool();
  let table: KernelTable | undefined;
  let tableWidth = 0;

  return {
    /**
     * @param toPlane takes coordinates of the result to those of the plane; both count from the corner of the first pixel
     * @param into `sizePx * sizePx` values, row by row; beyond the plane its edge is repeated
     */
    resample(plane: BytePlane, toPlane: Similarity, into: Float32Array): void {
      const scale = scaleOf(toPlane);
      let cell = 1;
      while (scale / cell >= FINEST) cell *= 2;
      const width = Math.max(NARROWEST, scale / cell);
      if (table === undefined || width !== tableWidth) table = kernelTable(width);
      tableWidth = width;
      const { reach, taps, phases, weights } = table;

      // Place along a line = p u + q v + r, line = s u + t v + w, for column u and row v of the result.
      const [a, b, tx, ty] = [toPlane.a / cell, toPlane.b / cell, toPlane.tx / cell, toPlane.ty / cell];
      const upright = Math.abs(a) >= Math.abs(b);
      const [p, q, r] = upright ? [a, -b, tx] : [b, a, ty];
      const [s, t, w] = upright ? [b, a, ty] : [a, -b, tx];

      // A sample is at the centre of its pixel.
      const ends = [0.5, sizePx - 0.5];
      const [first, last] = span(
        ends.flatMap((u) => ends.map((v) => s * u + t * v + w - 0.5)),
        reach,
      );
      // Column u of the result meets the line at 'step u + slope line + start'.
      const slope = q / t;
      const step = p - slope * s;
      const start = r - 0.5 - slope * (w - 0.5);
      const [left, right] = span(
        ends.flatMap((u) => [first, last].map((at) => step * u + slope * at + start)),
        reach,
      );
      const lines = last - first + 1;
      const samples = line.take(right - left + 1);
      const middle = between.take(sizePx * lines);
      for (let i = 0; i < lines; i++) {
        readLine(plane, upright, cell, first + i, left, samples, right - left + 1);
        let place = step * 0.5 + slope * (first + i) + start - reach - left;
        for (let u = 0, out = i; u < sizePx; u++, out += lines, place += step) {
          const from = Math.ceil(place);
          const row = Math.floor((from - place) * phases + 0.5) * taps;
          middle[out] = summed(weights, row, taps, samples, from);
        }
      }
      for (let u = 0; u < sizePx; u++) {
        let place = s * (u + 0.5) + t * 0.5 + w - 0.5 - reach - first;
        const column = u * lines;
        for (let v = 0, out = u; v < sizePx; v++, out += sizePx, place += t) {
          const from = Math.ceil(place);
          const row = Math.floor((from - place) * phases + 0.5) * taps;
          into[out] = summed(weights, row, taps, middle, column + from);
        }
      }
    },

    /** Overwrite what was seen. */
    wipe(): void {
      line.wipe();
      between.wipe();
    },
  };
}

/** A kernel over its samples; one has five taps at least, and most have no more. */
function summed(
  weights: Float32Array,
  row: number,
  taps: number,
  samples: Float32Array,
  from: number,
): number {
  let sum =
    weights[row]! * samples[from]! +
    weights[row + 1]! * samples[from + 1]! +
    weights[row + 2]! * samples[from + 2]! +
    weights[row + 3]! * samples[from + 3]! +
    weights[row + 4]! * samples[from + 4]!;
  for (let k = LEAST_TAPS; k < taps; k++) sum += weights[row + k]! * samples[from + k]!;
  return sum;
}

/** The samples that a kernel touches at any of these places. */
const span = (places: readonly number[], reach: number): [number, number] => [
  Math.floor(Math.min(...places) - reach),
  Math.ceil(Math.max(...places) + reach),
];

/** Samples `left`, `left + 1`, ... of a line, each the average of `cell * cell` pixels. */
function readLine(
  { data, width, height }: BytePlane,
  upright: boolean,
  cell: number,
  index: number,
  left: number,
  into: Float32Array,
  count: number,
): void {
  const [length, lines] = upright ? [width, height] : [height, width];
  const [stride, pitch] = upright ? [1, width] : [width, 1];
  if (cell === 1) {
    const start = Math.max(0, Math.min(lines - 1, index)) * pitch;
    // What lies before and behind the picture repeats its edge.
    const inner = Math.max(0, Math.min(count, -left));
    const outer = Math.max(inner, Math.min(count, length - left));
    into.fill(data[start]!, 0, inner);
    for (let i = inner, at = start + (left + inner) * stride; i < outer; i++, at += stride)
      into[i] = data[at]!;
    into.fill(data[start + (length - 1) * stride]!, outer, count);
    return;
  }
  for (let j = 0; j < cell; j++) {
    const start = Math.max(0, Math.min(lines - 1, index * cell + j)) * pitch;
    for (let i = 0; i < count; i++) {
      let sum = j === 0 ? 0 : into[i]!;
      for (let k = 0; k < cell; k++) {
        const at = (left + i) * cell + k;
        sum += data[start + (at < 0 ? 0 : at >= length ? length - 1 : at) * stride]!;
      }
      into[i] = sum;
    }
  }
  if (cell > 1) for (let i = 0; i < count; i++) into[i]! /= cell * cell;
}
