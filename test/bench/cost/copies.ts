/** Bytes that a stage writes for each pixel of what it works on, and what they are: counted in the code, not measured. */
export interface Copies {
  readonly bytesPerPixel: number;
  readonly why: string;
}

/** I420 has 1.5 bytes a pixel, RGB 3, three planes of float32 12. */
export const COPIES: Readonly<Record<string, Copies>> = {
  decode: {
    bytesPerPixel: 6,
    why: 'of each pixel of the frame 1.5 bytes by the kernel into a chunk (read), 1.5 from there into pooled memory, 1.5 to overwrite the chunk, 1.5 to overwrite the frame when it is given back (decode/session.ts, pool.ts)',
  },
  detect: {
    bytesPerPixel: 36,
    why: 'of each pixel of a network input (128x72, 128x128 a face, 512x288 every 12th frame; never of the frame) 12 bytes of three averaged planes, 12 of the input, 12 to overwrite it; a close look has no averaged planes (detect/letterbox.ts, patch.ts)',
  },
  redact: {
    bytesPerPixel: 1.5,
    why: 'of each pixel of the frame that no permitted face has, in place (redact/redact.ts)',
  },
  mask: {
    bytesPerPixel: 1.5,
    why: 'of each pixel of the frame, in place: what is shown to people holds nothing of the camera (redact/mask.ts)',
  },
  align: {
    bytesPerPixel: 27,
    why: 'of each pixel of the crop 12 bytes of three resampled planes, 12 between the two passes, 3 of RGB, and as much again to overwrite all but the last; registration writes 56x56 grids beside it (align/warp.ts, resample.ts)',
  },
  encode: {
    bytesPerPixel: 9,
    why: 'of each pixel of the crop 3 bytes into the batch, 3 to overwrite the crop, 3 to overwrite the batch; of the answer one copy a face (encode/encoder.ts)',
  },
};
