import type { Reference } from './reference.ts';

/** What moves by no more than this many places finds its grey near by: a blink, an open mouth, a pixel left of the head's motion. */
const REACH = 2;
/** Levels beyond what is near by that are noise of sensor and codec. */
const MARGIN_LEVELS = 8;

/** Lowest or highest known value within `REACH` of each place, along one axis after the other. */
function extreme(
  { values, known }: Reference,
  side: number,
  pick: (a: number, b: number) => number,
  nothing: number,
  line: Float32Array,
  into: Float32Array,
): void {
  for (let y = 0, i = 0; y < side; y++)
    for (let x = 0; x < side; x++, i++) {
      let best = nothing;
      for (let j = Math.max(0, x - REACH); j <= Math.min(side - 1, x + REACH); j++)
        if (known[y * side + j] === 1) best = pick(best, values[y * side + j]!);
      line[i] = best;
    }
  for (let y = 0, i = 0; y < side; y++)
    for (let x = 0; x < side; x++, i++) {
      let best = nothing;
      for (let j = Math.max(0, y - REACH); j <= Math.min(side - 1, y + REACH); j++)
        best = pick(best, line[j * side + x]!);
      into[i] = best;
    }
}

/**
 * How much of a face is not to be seen, because a hand, a tool, a cup is before it. A place is covered when its grey is
 * not to be found near it in what the face looked like so far; skin that moves by itself moves by less. Light is taken out
 * as a gain and an offset, by quartiles, of which what covers a part of the face moves little.
 *
 * What stays there becomes a part of what the face looks like within a second or two, and is not seen any more.
 *
 * @param inside places of the face, as indices of the grid
 */
export function createCover(side: number, inside: readonly number[]) {
  const [line, low, high] = [0, 1, 2].map(() => new Float32Array(side * side)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const [seenNow, seenBefore] = [new Float32Array(inside.length), new Float32Array(inside.length)];

  return {
    /** Share of the face's places that are covered, 0..1; 0 when too little of it is known. */
    of(reference: Reference, values: Float32Array, seen: Uint8Array): number {
      let count = 0;
      for (const i of inside) {
        if ((seen[i]! & reference.known[i]!) === 0) continue;
        seenNow[count] = values[i]!;
        seenBefore[count++] = reference.values[i]!;
      }
      if (count < inside.length / 2) return 0;
      const [now, before] = [seenNow.subarray(0, count).sort(), seenBefore.subarray(0, count).sort()];
      const at = (sorted: Float32Array, share: number) => sorted[Math.floor(share * (count - 1))]!;
      const spread = at(now, 0.75) - at(now, 0.25);
      const gain = spread > 0 ? (at(before, 0.75) - at(before, 0.25)) / spread : 1;
      const offset = at(before, 0.5) - gain * at(now, 0.5);
      extreme(reference, side, Math.min, Number.POSITIVE_INFINITY, line, low);
      extreme(reference, side, Math.max, Number.NEGATIVE_INFINITY, line, high);
      let covered = 0;
      for (const i of inside) {
        if ((seen[i]! & reference.known[i]!) === 0) continue;
        const value = gain * values[i]! + offset;
        if (value < low[i]! - MARGIN_LEVELS || value > high[i]! + MARGIN_LEVELS) covered++;
      }
      return covered / count;
    },

    /** Overwrite what was seen. */
    wipe(): void {
      for (const array of [line, low, high, seenNow, seenBefore]) array.fill(0);
    },
  };
}
