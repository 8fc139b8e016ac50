import { repeatable } from '../../agent/report/statistics/arrangements.ts';

/**
 * Numbers that come the same again from the same seed, so that every random test can print its seed and be repeated.
 * Anybody can foretell them: never for noise that protects people.
 */
export const seeded = repeatable;

/** Standard normal deviates (Box and Muller 1958). */
export function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
