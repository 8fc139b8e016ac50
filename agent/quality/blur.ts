/** Pixels of the box with which the picture is blurred again. */
const AGAIN_PX = 9;
const REACH = AGAIN_PX >> 1;

const at = (i: number, size: number) => (i < 0 ? 0 : i >= size ? size - 1 : i);

/** [1 2 1] / 4 both ways: without it the camera's noise looks like sharp detail. */
function softened(luma: Float32Array, size: number): Float32Array {
  const rows = new Float32Array(luma.length);
  const both = new Float32Array(luma.length);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const i = y * size;
      rows[i + x] = (luma[i + at(x - 1, size)]! + 2 * luma[i + x]! + luma[i + at(x + 1, size)]!) / 4;
    }
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      both[y * size + x] =
        (rows[at(y - 1, size) * size + x]! + 2 * rows[y * size + x]! + rows[at(y + 1, size) * size + x]!) / 4;
  return both;
}

/** How much of the change from pixel to pixel along one axis outlives a second blur, 0..1. */
function along(
  image: Float32Array,
  size: number,
  { step, line }: { readonly step: number; readonly line: number },
  inside: Uint8Array,
): number {
  let before = 0;
  let lost = 0;
  const boxed = new Float32Array(size);
  for (let k = 0; k < size; k++) {
    const start = k * line;
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let j = i - REACH; j <= i + REACH; j++) sum += image[start + at(j, size) * step]!;
      boxed[i] = sum / AGAIN_PX;
    }
    for (let i = 1; i < size; i++) {
      if (inside[start + i * step] === 0) continue;
      const change = Math.abs(image[start + i * step]! - image[start + (i - 1) * step]!);
      before += change;
      lost += Math.max(0, change - Math.abs(boxed[i]! - boxed[i - 1]!));
    }
  }
  return before === 0 ? 1 : (before - lost) / before;
}

/**
 * How blurred a picture is, 0 (sharp) to 1: blurring a sharp picture again takes much of the change between neighbours
 * away, blurring a blurred one little (Crété, Dolmiere, Ladret and Nicolas, "The blur effect: perception and estimation
 * with a new no-reference perceptual blur metric", SPIE 6492, 2007). The worse of the two axes, so that a smear counts.
 * Independent of contrast. Of the pixels where `inside` is 1.
 *
 * @param luma `size * size`, row by row
 */
export function blurOf(luma: Float32Array, size: number, inside: Uint8Array): number {
  const image = softened(luma, size);
  const worse = Math.max(
    along(image, size, { step: 1, line: size }, inside),
    along(image, size, { step: size, line: 1 }, inside),
  );
  image.fill(0);
  return worse;
}
