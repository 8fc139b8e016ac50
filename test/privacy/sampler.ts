import { seeded } from '../support/random.ts';

/** Random bytes for the sampler of the release step that can be repeated. */
export function bytesFrom(seed: number): (count: number) => Uint8Array {
  const random = seeded(seed);
  return (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256));
}
