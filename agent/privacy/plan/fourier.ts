/** A sequence of complex numbers, changed in place; the length is a power of two. */
export interface Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

export const powerOfTwo = (least: number): number => 2 ** Math.ceil(Math.log2(Math.max(2, least)));

/** Fast Fourier transform in place (Cooley and Tukey 1965), without the factor 1/n in either direction. */
export function transform({ re, im }: Spectrum, direction: 1 | -1): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    [re[i], re[j]] = [re[j]!, re[i]!];
    [im[i], im[j]] = [im[j]!, im[i]!];
  }
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2;
    // Sines and cosines from tables: turning one by repeated multiplication would add up its rounding.
    const angle = (direction * -2 * Math.PI) / size;
    const cos = Float64Array.from({ length: half }, (_, k) => Math.cos(angle * k));
    const sin = Float64Array.from({ length: half }, (_, k) => Math.sin(angle * k));
    for (let start = 0; start < n; start += size)
      for (let k = 0; k < half; k++) {
        const a = start + k;
        const b = a + half;
        const x = re[b]! * cos[k]! - im[b]! * sin[k]!;
        const y = re[b]! * sin[k]! + im[b]! * cos[k]!;
        re[b] = re[a]! - x;
        im[b] = im[a]! - y;
        re[a]! += x;
        im[a]! += y;
      }
  }
}

/** Each number to the power `n`, in place. */
export function raise({ re, im }: Spectrum, n: number): void {
  for (let i = 0; i < re.length; i++) {
    const size = Math.hypot(re[i]!, im[i]!);
    const angle = Math.atan2(im[i]!, re[i]!) * n;
    const raised = size ** n;
    re[i] = raised * Math.cos(angle);
    im[i] = raised * Math.sin(angle);
  }
}
