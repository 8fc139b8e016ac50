/** So that every random test prints its seed and can be repeated. */
export { seeded } from '../../agent/domain/seeded.ts';

/** Standard normal deviates (Box and Muller 1958). */
export function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
