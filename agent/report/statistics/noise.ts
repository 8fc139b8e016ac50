import { interval95, rate } from '../../aggregate/discrete-laplace.ts';

/** Variance of one count by its noise, in slots squared: 2q / (1 - q)^2 with q = exp(-epsilon / C). */
export function noiseVariance(epsilon: number, sensitivity: number): number {
  const { s, t } = rate(epsilon, sensitivity);
  const q = Math.exp(-Number(s) / Number(t));
  return (2 * q) / (1 - q) ** 2;
}

/** C of the release step can be no more than slotsPerTrack times assumedTracksPerPerson, a thousand each. */
const MOST = 1_000_000;

/**
 * Which C a message with this epsilon and this `interval95` may have been made with: mostly one. Where several fit, the
 * most is what errs on the side of wider intervals. Undefined where none does, so the two do not belong together.
 */
export function sensitivityFrom(
  epsilon: number,
  halfWidth: number,
): { readonly least: number; readonly most: number } | undefined {
  /** Least C with interval95 >= h; it never falls with C. */
  const leastWith = (h: number): number => {
    let [low, high] = [1, MOST + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (interval95(epsilon, middle) >= h) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const least = leastWith(halfWidth);
  const most = leastWith(halfWidth + 1) - 1;
  return most >= least && least <= MOST ? { least, most } : undefined;
}
