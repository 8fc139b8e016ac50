import { LABELS } from '../../domain/signal.ts';
import { student975 } from './student.ts';

/**
 * Sums over windows, of which `a` is the count of the labels in question and `t` that of all labels, both with noise.
 */
export interface Sums {
  readonly windows: number;
  readonly a: number;
  readonly t: number;
  readonly aa: number;
  readonly at: number;
  readonly tt: number;
  /** Sum over windows of the variance of the noise of one count. */
  readonly noise: number;
}

export interface Share {
  /** May be negative, where it is small and the noise is not. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Variance of a / t that noise and the draw of labels alone would give (delta method). Of `bins` labels in `a` each
 * carries its noise with weight 1 - p, the others with -p; slots are drawn independently.
 */
export function knownVariance(
  { t, noise }: Pick<Sums, 't' | 'noise'>,
  share: number,
  bins: number,
): { readonly noise: number; readonly sampling: number } {
  const p = Math.min(1, Math.max(0, share));
  const weights = bins * (1 - p) ** 2 + (LABELS.length - bins) * p ** 2;
  return { noise: (noise * weights) / t ** 2, sampling: (p * (1 - p)) / t };
}

/**
 * The share of some labels with its 95 % interval: the ratio of two sums, with the variance that the windows themselves
 * show (Cochran, "Sampling Techniques", 1977, 6.4), because slots of one person are alike, but never less than noise and
 * draw alone would give. Undefined with fewer than two windows or no slots.
 */
export function shareOf(sums: Sums, bins: number): Share | undefined {
  const { windows, a, t, aa, at, tt } = sums;
  if (windows < 2 || t <= 0) return undefined;
  const share = a / t;
  const shown = ((aa - 2 * share * at + share ** 2 * tt) * windows) / (windows - 1) / t ** 2;
  const known = knownVariance(sums, share, bins);
  const half = student975(windows - 1) * Math.sqrt(Math.max(shown, known.noise + known.sampling));
  return { share, low: share - half, high: share + half };
}
