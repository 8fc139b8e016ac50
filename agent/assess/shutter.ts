import type { FaceCrop } from '../domain/frame.ts';
import type { Point } from '../domain/geometry.ts';
import { lumaOf, ovalOf } from '../quality/oval.ts';

/** Slower heads smear too little to be measured, faster ones are out of the model; px of the crop from picture to picture. */
const SLOW_PX = 0.35;
const FAST_PX = { from: 1.5, to: 9 };
/** A face looks different after so long. */
const MOST_AGE_MS = 4_000;
/** Smears that are tried, px. */
const LENGTHS = Array.from({ length: 29 }, (_, i) => i * 0.25);
const FEWEST = 12;

/** Mean squared change along one axis, inside; `gap` pixels apart, so that the camera's noise weighs less. */
function energy(image: Float32Array, sizePx: number, step: number, inside: Uint8Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i + 2 * step < image.length; i++) {
    if (inside[i] === 0 || inside[i + 2 * step] === 0) continue;
    if (step === 1 && (i % sizePx) + 2 >= sizePx) continue;
    const change = image[i + 2 * step]! - image[i]!;
    sum += change * change;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

/** Samples over the length of a smear. */
const SAMPLES = 9;

/**
 * Weights by which a box of `lengthPx` moves over neighbours, from `reach` before to `reach` after. Between pixels by
 * Catmull-Rom: linear interpolation would smear by itself, as much as a fast shutter does.
 */
function boxOf(lengthPx: number): { readonly reach: number; readonly weights: Float64Array } {
  const reach = Math.ceil(lengthPx / 2) + 2;
  const weights = new Float64Array(2 * reach + 1);
  for (let k = 0; k < SAMPLES; k++) {
    const offset = ((k + 0.5) / SAMPLES - 0.5) * lengthPx;
    const whole = Math.floor(offset);
    const t = offset - whole;
    const cubic = [
      -0.5 * t + t * t - 0.5 * t ** 3,
      1 - 2.5 * t * t + 1.5 * t ** 3,
      0.5 * t + 2 * t * t - 1.5 * t ** 3,
      -0.5 * t * t + 0.5 * t ** 3,
    ];
    cubic.forEach((weight, n) => {
      weights[reach + whole - 1 + n]! += weight / SAMPLES;
    });
  }
  return { reach, weights };
}

/** The picture as it would be with a smear of `lengthPx` along one axis: a box, as long as the shutter was open. */
function smeared(image: Float32Array, lengthPx: number, step: number): Float32Array {
  if (lengthPx === 0) return image;
  const { reach, weights } = boxOf(lengthPx);
  const out = new Float32Array(image.length);
  for (let i = 0; i < image.length; i++) {
    let sum = 0;
    for (let n = -reach; n <= reach; n++)
      sum += weights[n + reach]! * image[Math.max(0, Math.min(image.length - 1, i + n * step))]!;
    out[i] = sum;
  }
  return out;
}

/** A face at rest: the mean of some pictures of it, which has little of the camera's noise, and the energy of that noise. */
interface Rest {
  readonly mean: Float32Array;
  readonly pictures: number;
  readonly noise: { readonly x: number; readonly y: number };
  readonly ptsMs: number;
}

/** Pictures that a mean goes back over. */
const MEMORY = 8;

/**
 * How long the shutter is open, from how much a moving face is smeared along its way and not across it. The same face at
 * rest, a moment before, says how sharp it can be: it is smeared in steps until the ratio of its changes along and across
 * is that of the moving one, so that contrast and focus cancel out. Noise is not smeared: it is
 * taken out before, and its energy added afterwards.
 */
export class Shutter {
  readonly #inside: Uint8Array;
  readonly #sizePx: number;
  readonly #rest = new Map<number, Rest>();
  readonly #before = new Map<number, { readonly at: Point; readonly ptsMs: number }>();
  /** Share of the time between two pictures that the shutter was open. */
  readonly #shares: number[] = [];

  constructor(sizePx: number) {
    this.#sizePx = sizePx;
    this.#inside = ovalOf(sizePx);
  }

  /**
   * @param at where the face is, px of the frame
   * @param perPx crop px for each px of the frame
   */
  see(crop: FaceCrop, at: Point, perPx: number, intervalMs: number): void {
    const { trackId, ptsMs } = crop;
    const before = this.#before.get(trackId);
    this.#before.set(trackId, { at, ptsMs });
    if (before === undefined || ptsMs - before.ptsMs > 1.5 * intervalMs) return;
    const [dx, dy] = [(at.x - before.at.x) * perPx, (at.y - before.at.y) * perPx];
    const [x, y] = [Math.abs(dx), Math.abs(dy)];
    const rest = this.#rest.get(trackId);
    if (Math.hypot(dx, dy) < SLOW_PX) {
      this.#rests(crop, rest);
      return;
    }
    const speed = Math.max(x, y);
    const isStraight = Math.min(x, y) < 0.4 * speed;
    if (rest === undefined || rest.pictures < 3 || !isStraight || speed < FAST_PX.from || speed > FAST_PX.to)
      return;
    if (ptsMs - rest.ptsMs > MOST_AGE_MS) return;
    const luma = new Float32Array(rest.mean.length);
    lumaOf(crop, luma);
    const smear = this.#smearOf(luma, rest, x > y);
    luma.fill(0);
    if (smear !== undefined) this.#shares.push(smear / speed);
  }

  /** Milliseconds; undefined: no head has moved enough. */
  openMs(intervalMs: number): number | undefined {
    if (this.#shares.length < FEWEST) return undefined;
    const middle = [...this.#shares].sort((a, b) => a - b)[this.#shares.length >> 1]!;
    return Math.min(1, middle) * intervalMs;
  }

  /** Tracks that are gone are overwritten. */
  keepOnly(trackIds: ReadonlySet<number>): void {
    for (const [trackId, { mean }] of this.#rest)
      if (!trackIds.has(trackId)) {
        mean.fill(0);
        this.#rest.delete(trackId);
      }
    for (const trackId of this.#before.keys()) if (!trackIds.has(trackId)) this.#before.delete(trackId);
  }

  #rests(crop: FaceCrop, rest: Rest | undefined): void {
    const { trackId, ptsMs } = crop;
    const luma = new Float32Array(this.#sizePx * this.#sizePx);
    lumaOf(crop, luma);
    if (rest === undefined || ptsMs - rest.ptsMs > MOST_AGE_MS) {
      rest?.mean.fill(0);
      this.#rest.set(trackId, { mean: luma, pictures: 1, noise: { x: 0, y: 0 }, ptsMs });
      return;
    }
    const pictures = Math.min(MEMORY, rest.pictures + 1);
    const { mean } = rest;
    // What is left against a mean of n pictures has (n + 1) / n of the noise of one.
    const share = rest.pictures / (rest.pictures + 1);
    luma.forEach((value, i) => {
      luma[i] = value - mean[i]!;
      mean[i]! += (value - mean[i]!) / pictures;
    });
    const mix = (old: number, step: number) =>
      old + (share * energy(luma, this.#sizePx, step, this.#inside) - old) / (pictures - 1);
    const noise = { x: mix(rest.noise.x, 1), y: mix(rest.noise.y, this.#sizePx) };
    luma.fill(0);
    this.#rest.set(trackId, { mean, pictures, noise, ptsMs });
  }

  /** Px; undefined where there is nothing to compare. */
  #smearOf(moving: Float32Array, { mean, noise }: Rest, isAcross: boolean): number | undefined {
    const along = isAcross ? 1 : this.#sizePx;
    const across = isAcross ? this.#sizePx : 1;
    const [noiseAlong, noiseAcross] = isAcross ? [noise.x, noise.y] : [noise.y, noise.x];
    const energyOf = (image: Float32Array, step: number) => energy(image, this.#sizePx, step, this.#inside);
    const wanted = energyOf(moving, along) / energyOf(moving, across);
    if (!Number.isFinite(wanted)) return undefined;
    let best = { lengthPx: 0, off: Number.POSITIVE_INFINITY };
    for (const lengthPx of LENGTHS) {
      const tried = smeared(mean, lengthPx, along);
      const ratio = (energyOf(tried, along) + noiseAlong) / (energyOf(tried, across) + noiseAcross);
      const off = Math.abs(Math.log(ratio / wanted));
      if (tried !== mean) tried.fill(0);
      if (off < best.off) best = { lengthPx, off };
    }
    return best.lengthPx;
  }
}
