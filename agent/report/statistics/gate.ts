import { LABELS } from '../../domain/signal.ts';
import { noiseOfTotal } from '../../privacy/plan/noise.ts';

/**
 * By how much the gate raises each label of a released window on average, in slots: windows whose noised total is too
 * small are withheld, so what is released has more upward noise. From the share of withheld windows alone, as if all
 * windows had the same true total; where totals vary it is somewhat less.
 *
 * @param variance of the noise of one count
 * @param withheld share of the windows with numbers drawn that were withheld by their total
 */
export function gateBias(variance: number, withheld: number): number {
  if (variance <= 0 || withheld <= 0 || withheld >= 1) return 0;
  // Of variance = 2q / (1 - q)^2.
  const q = (variance + 1 - Math.sqrt(2 * variance + 1)) / variance;
  const { first, step, mass } = noiseOfTotal(q);
  let [below, kept, mean] = [0, 0, 0];
  for (const [i, probability] of mass.entries()) {
    const rest = Math.max(0, probability - Math.max(0, withheld - below));
    below += probability;
    kept += rest;
    mean += rest * (first + i * step);
  }
  return mean / kept / LABELS.length;
}
