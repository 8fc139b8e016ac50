export interface Exposure {
  /** Grey levels between the 5th and the 95th of a hundred pixels, 0..255. */
  readonly contrast: number;
  /** Share of the pixels that are black (at most 8) or white (at least 250): there the camera has kept nothing. */
  readonly clipped: number;
}

const BLACK = 8;
const WHITE = 250;

/** Of the pixels where `inside` is 1. Brightness itself is no fault: skin has every shade. */
export function exposureOf(luma: Float32Array, inside: Uint8Array): Exposure {
  const histogram = new Uint32Array(256);
  let count = 0;
  inside.forEach((is, i) => {
    if (is === 0) return;
    histogram[Math.max(0, Math.min(255, Math.round(luma[i]!)))]!++;
    count++;
  });
  const levelOf = (share: number) => {
    let below = 0;
    return histogram.findIndex((more) => {
      below += more;
      return below >= share * count;
    });
  };
  const sumOf = (from: number, to: number) => histogram.subarray(from, to).reduce((a, b) => a + b, 0);
  return {
    contrast: levelOf(0.95) - levelOf(0.05),
    clipped: count === 0 ? 0 : (sumOf(0, BLACK + 1) + sumOf(WHITE, 256)) / count,
  };
}
