/** ITU-R BT.709-6, 8-bit limited-range Y'CbCr to full-range R'G'B': `level(y)` plus these shares of Cb and Cr (less 128). */
export const BT709 = { red: 1.792741, greenFromCb: 0.213249, greenFromCr: 0.532909, blue: 2.112402 } as const;

/** 16..235 to 0..255. */
export const level = (y: number): number => 1.164384 * (y - 16);

export const clamp = (value: number): number => (value < 0 ? 0 : Math.min(value, 255));
