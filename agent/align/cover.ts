import type { Reference } from './reference.ts';

/** What moves by no more than this many places finds its grey near by: a blink, an open mouth, a pixel left of the head's motion. */
const REACH = 2;
/** Levels beyond what is near by that are noise of sensor and codec. */
const MARGIN_LEVELS = 8;

interface Extremes {
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/** Lowest and highest known value within `REACH` of each place, along one axis after the other. */
function extremes({ values, known }: Reference, side: number, lines: Extremes, into: Extremes): void {
  for (let y = 0, i = 0; y < side; y++)
    for (let x = 0; x < side; x++, i++) {
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      const end = y * side + Math.min(side - 1, x + REACH);
      for (let j = y * side + Math.max(0, x - REACH); j <= end; j++) {
        if (known[j] === 0) continue;
        const value = values[j]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      lines.low[i] = low;
      lines.high[i] = high;
    }
  for (let y = 0, i = 0; y < side; y++)
    for (let x = 0; x < side; x++, i++) {
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      const end = Math.min(side - 1, y + REACH) * side + x;
      for (let j = Math.max(0, y - REACH) * side + x; j <= end; j += side) {
        if (lines.low[j]! < low) low = lines.low[j]!;
        if (lines.high[j]! > high) high = lines.high[j]!;
      }
      into.low[i] = low;
      into.high[i] = high;
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
  const both = (): Extremes => ({
    low: new Float32Array(side * side),
    high: new Float32Array(side * side),
  });
  const lines = both();
  const near = both();
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
      extremes(reference, side, lines, near);
      let covered = 0;
      for (const i of inside) {
        if ((seen[i]! & reference.known[i]!) === 0) continue;
        const value = gain * values[i]! + offset;
        if (value < near.low[i]! - MARGIN_LEVELS || value > near.high[i]! + MARGIN_LEVELS) covered++;
      }
      return covered / count;
    },

    /** Overwrite what was seen. */
    wipe(): void {
      for (const array of [lines.low, lines.high, near.low, near.high, seenNow, seenBefore]) array.fill(0);
    },
  };
}
