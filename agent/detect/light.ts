import { type PlanarImage, planesOf } from '../domain/frame.ts';

/** Bands across the picture: with a rolling shutter, lamps that flicker show as bands that wander. */
export const BANDS = 12;
/** Pixels apart, along rows and down. Odd, so that no column of blocks is met twice as often. */
const STEP = 5;

/** Mean luma of each band from the top, 0 to 255. Twelve numbers a picture: nobody can be seen in them. */
export function lightOf(image: PlanarImage): number[] {
  const { widthPx, heightPx } = image;
  const [luma] = planesOf(image);
  return Array.from({ length: BANDS }, (_, band) => {
    const from = Math.floor((band * heightPx) / BANDS);
    const to = Math.floor(((band + 1) * heightPx) / BANDS);
    let sum = 0;
    let count = 0;
    for (let y = from; y < to; y += STEP)
      for (let x = y % STEP; x < widthPx; x += STEP, count++) sum += luma[y * widthPx + x]!;
    return sum / Math.max(1, count);
  });
}
