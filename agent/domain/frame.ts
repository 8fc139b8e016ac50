import type { Box } from './geometry.ts';

/**
 * Pixels, in brands that the compiler keeps apart. A `RawFrame` shows people and rooms: it exists in decode, detect and
 * redact only. A `RedactedFrame` shows permitted faces and nothing else. A `FaceCrop` shows one face. None of them may
 * reach a file, a socket or another process; `test/import-rules.test.ts` holds the stages to that. A `MaskedFrame` shows
 * where faces are and nothing of them: the one kind that somebody may look at.
 */

/** Planar YUV 4:2:0 (I420): Y (width x height), then U and V (width/2 x height/2 each), limited range BT.709, 8 bit. */
export interface PlanarImage {
  /** Even. */
  readonly widthPx: number;
  /** Even. */
  readonly heightPx: number;
  /** `widthPx * heightPx * 3 / 2` bytes; the memory belongs to a pool and is overwritten on release. */
  readonly data: Uint8Array;
}

declare const rawBrand: unique symbol;
declare const redactedBrand: unique symbol;
declare const cropBrand: unique symbol;
declare const maskedBrand: unique symbol;

/** When a picture was taken and when it came. */
export interface Timing {
  /** Media time of the frame in milliseconds: differences are true, the origin is not defined. */
  readonly ptsMs: number;
  /** Monotonic clock (`performance.now()`) at arrival in this process, milliseconds. */
  readonly arrivedMs: number;
}

/** A decoded frame as the camera sees it. */
export interface RawFrame extends Timing {
  readonly [rawBrand]: true;
  readonly image: PlanarImage;
}

/** A frame in which everything but permitted faces is destroyed. It took over the memory of its raw frame. */
export interface RedactedFrame extends Timing {
  readonly [redactedBrand]: true;
  readonly image: PlanarImage;
}

/** Where a permitted face is hidden from those who look on. Lives in one camera process, like the track it names. */
export interface Mask {
  readonly trackId: number;
  /** Of the detector, when the face was permitted last. */
  readonly face: Box;
  /** What is painted over: the box of the face, grown. */
  readonly area: Box;
  /** The face was not permitted in this very frame: missed by the detector, say. Its mask stays for a while. */
  readonly held: boolean;
}

/**
 * A frame for people to look at. No pixel of it comes from the camera: two frames with the same masks are the same, byte
 * by byte. It took over the memory of its redacted or raw frame.
 */
export interface MaskedFrame extends Timing {
  readonly [maskedBrand]: true;
  readonly image: PlanarImage;
  readonly masks: readonly Mask[];
  /** Nobody could say where faces are. */
  readonly unsure: boolean;
}

/** One face in canonical pose, interleaved sRGB: `sizePx * sizePx * 3` bytes. */
export interface FaceCrop {
  readonly [cropBrand]: true;
  readonly trackId: number;
  readonly ptsMs: number;
  readonly sizePx: number;
  readonly rgb: Uint8Array;
  /**
   * Estimate of the rigid motion that registration left between this crop and those before it in the same analysis
   * window: root mean square over the face, crop px. Undefined while unknown.
   */
  readonly residualPx?: number;
  /**
   * How far the head was, at most, from where it is now, within the time over which crops are compared (0.2 s): root mean
   * square over the face, crop px. Registration has taken it out; what turns with it, it cannot. Undefined while unknown.
   */
  readonly shiftPx?: number;
  /** Share of the face before which something is, 0..1. Undefined while unknown. */
  readonly coveredShare?: number;
}

/** Called by decode alone. */
export const asRawFrame = (image: PlanarImage, timing: Timing): RawFrame =>
  ({ image, ptsMs: timing.ptsMs, arrivedMs: timing.arrivedMs }) as RawFrame;

/** Called by redact alone, after it has destroyed what must not be seen. */
export const asRedactedFrame = (frame: RawFrame): RedactedFrame =>
  ({ image: frame.image, ptsMs: frame.ptsMs, arrivedMs: frame.arrivedMs }) as unknown as RedactedFrame;

/** Called by redact alone, after it has painted over all that was left. */
export const asMaskedFrame = (
  { image, ptsMs, arrivedMs }: RawFrame | RedactedFrame,
  { masks, unsure }: Pick<MaskedFrame, 'masks' | 'unsure'>,
): MaskedFrame => ({ image, ptsMs, arrivedMs, masks, unsure }) as unknown as MaskedFrame;

/** Called by align alone. */
export const asFaceCrop = (crop: Omit<FaceCrop, typeof cropBrand>): FaceCrop => crop as FaceCrop;

/** Views of the planes Y, U and V. */
export function planesOf({
  widthPx,
  heightPx,
  data,
}: PlanarImage): [y: Uint8Array, u: Uint8Array, v: Uint8Array] {
  const luma = widthPx * heightPx;
  const chroma = luma / 4;
  return [data.subarray(0, luma), data.subarray(luma, luma + chroma), data.subarray(luma + chroma)];
}

/** Bytes of an I420 image of this size. */
export const planarBytes = (widthPx: number, heightPx: number): number => (widthPx * heightPx * 3) / 2;
