import { interval95, rate } from '../../aggregate/discrete-laplace.ts';
import type { ReleaseRules } from '../../aggregate/release.ts';
import { LABELS } from '../../domain/signal.ts';
import { type Cells, sumOf } from './cells.ts';

/** The rules of the release step as far as they shape its noise. */
export type NoiseRules = Pick<
  ReleaseRules,
  'noise' | 'slotsPerTrack' | 'assumedTracksPerPerson' | 'epsilonPerWindow'
>;

/** C: most slots that one person is assumed to add to one window. */
export const slotsBound = (rules: Pick<NoiseRules, 'slotsPerTrack' | 'assumedTracksPerPerson'>): number =>
  rules.slotsPerTrack * rules.assumedTracksPerPerson;

/** q in P(Z = z) proportional to q^|z|, the noise of one count; 0 without noise. It is what the sampler draws, no more. */
export function decay(rules: NoiseRules): number {
  if (rules.noise === 'none') return 0;
  const { s, t } = rate(rules.epsilonPerWindow, slotsBound(rules));
  return Math.exp(-Number(s) / Number(t));
}

/** Mass in both tails together that is left out: nobody will see it in the life of a plant. */
const LEFT_OUT = 1e-12;

/**
 * The noise of one count. With `resolution` below its scale (C / epsilon) neighbouring values are taken together, an odd
 * number of them, so that the cells stay centred and their masses exact.
 *
 * @param resolution cells per C / epsilon
 */
export function noiseOf(q: number, resolution = Number.POSITIVE_INFINITY): Cells {
  if (q === 0) return { first: 0, step: 1, mass: Float64Array.of(1) };
  const scale = -1 / Math.log(q);
  const step = 2 * Math.floor(scale / resolution / 2) + 1;
  const half = (step - 1) / 2;
  const reach = Math.max(1, Math.ceil((scale * Math.log(1 / LEFT_OUT)) / step));
  const mass = new Float64Array(2 * reach + 1);
  // P(Z >= z) = q^z / (1 + q) for z >= 1.
  const tail = (z: number): number => q ** z / (1 + q);
  mass[reach] = 1 - 2 * tail(half + 1);
  for (let j = 1; j <= reach; j++)
    mass[reach + j] = mass[reach - j] = tail(j * step - half) - tail(j * step + half + 1);
  return { first: -reach * step, step, mass };
}

/** Fine enough for every configuration in use; coarser cells only where C / epsilon is above it. */
const FINE = 512;

/** The noise that is in the sum of all labels of a message. */
export const noiseOfTotal = (q: number): Cells => sumOf(noiseOf(q, FINE), LABELS.length);

/** Least h, in slots, such that the noise in the sum of `windows` counts is within -h..h with 95 % probability. */
export function halfWidth95(rules: NoiseRules, windows: number): number {
  if (rules.noise === 'none') return 0;
  // What the message itself states.
  if (windows === 1) return interval95(rules.epsilonPerWindow, slotsBound(rules));
  // The sum is wider than one count by the root of their number: cells as fine as for one would only cost time.
  const { first, step, mass } = sumOf(noiseOf(decay(rules), FINE / Math.sqrt(windows)), windows);
  const centre = Math.round(-first / step);
  let cells = 0;
  for (let inside = mass[centre]!; inside < 0.95; cells++)
    inside += mass[centre + cells + 1]! + mass[centre - cells - 1]!;
  return cells * step + (step - 1) / 2;
}
