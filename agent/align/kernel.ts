/** Positions between two samples that are told apart. */
const PHASES = 128;

/** The weights with which a kernel sums up samples, for every place between two of them. */
export interface KernelTable {
  /** How far the kernel reaches to either side, samples. */
  readonly reach: number;
  readonly taps: number;
  readonly phases: number;
  /** `phases + 1` rows of `taps`, each with a sum of 1: row p for a first sample p / phases after the reach begins. */
  readonly weights: Float32Array;
}

/**
 * Mitchell and Netravali's cubic with B = C = 1/3 ("Reconstruction filters in computer graphics", SIGGRAPH 1988): of the
 * cubics the one that neither rings nor blurs much, and that sums to nearly the same wherever the samples lie.
 */
export function mitchell(t: number): number {
  const x = Math.abs(t);
  if (x < 1) return (7 * x * x * x - 12 * x * x + 16 / 3) / 6;
  return x < 2 ? ((-7 / 3) * x * x * x + 12 * x * x - 20 * x + 32 / 3) / 6 : 0;
}

/** @param width samples to one of the kernel's units, at least 1 */
export function kernelTable(width: number): KernelTable {
  const reach = 2 * width;
  const taps = Math.ceil(2 * reach);
  const weights = new Float32Array((PHASES + 1) * taps);
  for (let phase = 0; phase <= PHASES; phase++) {
    let total = 0;
    for (let k = 0; k < taps; k++)
      total += weights[phase * taps + k] = mitchell((phase / PHASES + k - reach) / width);
    for (let k = 0; k < taps; k++) weights[phase * taps + k]! /= total;
  }
  return { reach, taps, phases: PHASES, weights };
}
