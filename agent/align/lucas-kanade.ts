import { type Grid, sample } from './grid.ts';
import { solve } from './normal-equations.ts';
import type { Level } from './pyramid.ts';
import type { Reference } from './reference.ts';
import { compose, invert, type Similarity } from './similarity.ts';

export interface Match {
  /** Source pixels to the coordinates of the reference. */
  readonly transform: Similarity;
  /** Standard error of `transform`, root mean square over the face, crop px. */
  readonly errorPx: number;
  /** Share of the weights that robust weighting left, 0..1. */
  readonly agreeing: number;
  /** Crop px by which the last step moved. */
  readonly stepPx: number;
}

/** Values that differ by more than this many spreads count for nothing (Tukey's biweight at 95 % efficiency). */
const TUKEY = 4.685;
/** Residuals within this many levels are noise of sensor and codec and never held against a place. */
const NOISE_LEVELS = 1;
/** Similarity, gain and offset. */
const PARAMETERS = 6;
/** Places per side of a block; errors within one hang together. */
const BLOCK = 8;
const ENOUGH_PX = 0.004;

/**
 * Registers what a level shows to a reference by a similarity: inverse compositional Lucas-Kanade (Baker and Matthews,
 * "Lucas-Kanade 20 years on", IJCV 56(3), 2004) with gain and offset of the light (part 3 of the same) and Tukey's
 * weights by iterative reweighting (part 2), so that what moves by itself does not take the rest along.
 */
export function createLucasKanade(grid: Grid, weights: Float32Array) {
  const { side, pitchPx } = grid;
  const centre = (side * pitchPx) / 2;
  // Rotation and scale are measured in px at this distance, so that all parameters are of one size.
  const radius = centre / 2;
  const inside = Int32Array.from([...weights.keys()].filter((i) => isInner(i, side) && weights[i]! > 0));
  const count = inside.length;
  const values = new Float32Array(side * side);
  const seen = new Uint8Array(side * side);
  const jacobian = new Float32Array(count * PARAMETERS);
  const prior = new Float32Array(count);
  const residual = new Float32Array(count);
  const sorted = new Float32Array(count);
  const hessian = new Float64Array(PARAMETERS * PARAMETERS);
  const right = new Float64Array(PARAMETERS);
  const step = new Float64Array(PARAMETERS);
  const blocks = Math.ceil(side / BLOCK);
  const scores = new Float64Array(blocks * blocks * PARAMETERS);

  /** Steepest descent images of the reference. */
  function prepare({ values: r, known }: Reference): void {
    let mean = 0;
    let total = 0;
    for (let k = 0; k < count; k++) {
      const i = inside[k]!;
      prior[k] =
        known[i]! & known[i - 1]! & known[i + 1]! & known[i - side]! & known[i + side]! ? weights[i]! : 0;
      mean += prior[k]! * r[i]!;
      total += prior[k]!;
    }
    mean /= total || 1;
    for (let k = 0; k < count; k++) {
      const i = inside[k]!;
      const gx = (r[i + 1]! - r[i - 1]!) / (2 * pitchPx);
      const gy = (r[i + side]! - r[i - side]!) / (2 * pitchPx);
      const x = (((i % side) + 0.5) * pitchPx - centre) / radius;
      const y = ((Math.floor(i / side) + 0.5) * pitchPx - centre) / radius;
      const at = k * PARAMETERS;
      jacobian[at] = gx;
      jacobian[at + 1] = gy;
      jacobian[at + 2] = gx * x + gy * y;
      jacobian[at + 3] = gy * x - gx * y;
      jacobian[at + 4] = (r[i]! - mean) / 64;
      jacobian[at + 5] = 1;
    }
  }

  /** Residuals against the reference in the light `gain`, `offset`, and their robust spread. */
  function compare({ values: r }: Reference, gain: number, offset: number): number {
    let n = 0;
    for (let k = 0; k < count; k++) {
      const i = inside[k]!;
      residual[k] = values[i]! - r[i]! - gain * jacobian[k * PARAMETERS + 4]! - offset;
      // Every third place is enough for a median.
      if (k % 3 === 0 && prior[k]! > 0 && seen[i] === 1) sorted[n++] = Math.abs(residual[k]!);
    }
    return n === 0 ? 0 : 1.4826 * sorted.subarray(0, n).sort()[n >> 1]!;
  }

  return {
    grid,

    /** @param reference must not be changed between `prepare` and here */
    match(
      reference: Reference,
      level: Level,
      start: Similarity,
      iterations: number,
      patience: number,
    ): Match | undefined {
      prepare(reference);
      let transform = start;
      let [gain, offset] = [0, 0];
      let [agreeing, stepPx] = [0, Number.POSITIVE_INFINITY];
      for (let iteration = 0; iteration < iterations && stepPx > ENOUGH_PX; iteration++) {
        sample(level, invert(transform), grid, values, seen);
        const spread = compare(reference, gain, offset);
        // While the two are still apart, edges differ the most and say the most.
        const limit = TUKEY * Math.max(spread, NOISE_LEVELS) * (iteration < patience ? 3 : 1);
        hessian.fill(0);
        right.fill(0);
        scores.fill(0);
        let all = 0;
        let kept = 0;
        for (let k = 0; k < count; k++) {
          const i = inside[k]!;
          if (seen[i] === 0 || prior[k] === 0) continue;
          all += prior[k]!;
          const u = residual[k]! / limit;
          if (u >= 1 || u <= -1) continue;
          const w = prior[k]! * (1 - u * u) * (1 - u * u);
          kept += w;
          const at = k * PARAMETERS;
          // The gain and offset found so far are part of the answer, so the residual without them is solved for.
          const e = residual[k]! + gain * jacobian[at + 4]! + offset;
          const block = (Math.floor(i / side / BLOCK) * blocks + Math.floor((i % side) / BLOCK)) * PARAMETERS;
          for (let p = 0; p < PARAMETERS; p++) {
            const wj = w * jacobian[at + p]!;
            right[p] = right[p]! + wj * e;
            scores[block + p] = scores[block + p]! + wj * residual[k]!;
            for (let q = p; q < PARAMETERS; q++)
              hessian[p * PARAMETERS + q] = hessian[p * PARAMETERS + q]! + wj * jacobian[at + q]!;
          }
        }
        agreeing = all > 0 ? kept / all : 0;
        if (kept < count / 20 || !solve(hessian, right, step)) return undefined;
        gain = step[4]!;
        offset = step[5]!;
        const [dx, dy, ds, dr] = [step[0]!, step[1]!, step[2]! / radius, step[3]! / radius];
        // Similarity about the centre of the crop: what the reference must undergo to look like the level, so that the
        // level's transform is followed by it.
        const delta = {
          a: 1 + ds,
          b: dr,
          tx: dx + centre - (1 + ds) * centre + dr * centre,
          ty: dy + centre - dr * centre - (1 + ds) * centre,
        };
        transform = compose(delta, transform);
        stepPx = Math.hypot(
          step[0]!,
          step[1]!,
          (step[2]! * centre) / radius / 2,
          (step[3]! * centre) / radius / 2,
        );
      }
      return { transform, errorPx: errorOf(), agreeing, stepPx };
    },

    /** What `level` shows through `transform`; overwritten by the next call. */
    look(level: Level, transform: Similarity): { values: Float32Array; seen: Uint8Array } {
      sample(level, invert(transform), grid, values, seen);
      return { values, seen };
    },

    /** Weighted correlation with the reference, -1..1, whatever the light. */
    correlation({ values: r, known }: Reference, level: Level, transform: Similarity): number {
      sample(level, invert(transform), grid, values, seen);
      let n = 0;
      let sx = 0;
      let sy = 0;
      let sxx = 0;
      let syy = 0;
      let sxy = 0;
      for (let k = 0; k < count; k++) {
        const i = inside[k]!;
        if ((seen[i]! & known[i]!) === 0) continue;
        // One by one: an array of them would be made for each place of each face, megabytes a second.
        const w = weights[i]!;
        const x = values[i]!;
        const y = r[i]!;
        n += w;
        sx += w * x;
        sy += w * y;
        sxx += w * x * x;
        syy += w * y * y;
        sxy += w * x * y;
      }
      const spread = (n * sxx - sx * sx) * (n * syy - sy * sy);
      return spread > 0 ? (n * sxy - sx * sy) / Math.sqrt(spread) : 0;
    },

    /** Overwrite what was seen. */
    wipe(): void {
      for (const array of [values, jacobian, residual, sorted]) array.fill(0);
    },
  };

  /**
   * The sandwich estimate of the error with blocks as clusters (Liang and Zeger, Biometrika 73(1), 1986): residuals of
   * neighbours hang together, be it by the smoothing or because a muscle moves them, and independent ones would promise
   * far too much.
   */
  function errorOf(): number {
    let squared = 0;
    for (let block = 0; block < blocks * blocks; block++) {
      if (!solve(hessian, scores.subarray(block * PARAMETERS, (block + 1) * PARAMETERS), step))
        return Number.NaN;
      // Over a disc of the face's size, about 0.8 of the crop across, rotation and scale displace by this on average.
      const turn = (0.8 * centre) / radius / Math.SQRT2;
      squared += step[0]! ** 2 + step[1]! ** 2 + (step[2]! ** 2 + step[3]! ** 2) * turn * turn;
    }
    return Math.sqrt(squared);
  }
}

const isInner = (i: number, side: number): boolean => {
  const [x, y] = [i % side, Math.floor(i / side)];
  return x > 0 && y > 0 && x < side - 1 && y < side - 1;
};
