import { above } from './cells.ts';
import { decay, type NoiseRules, noiseOfTotal } from './noise.ts';

/**
 * Probability that a window is withheld because its noised total is below k.
 *
 * @param slots what was really earned in the window
 */
export function chanceWithheld(rules: NoiseRules & { readonly minHeadCount: number }, slots: number): number {
  return Math.max(0, 1 - above(noiseOfTotal(decay(rules)), rules.minHeadCount - slots - 1));
}
