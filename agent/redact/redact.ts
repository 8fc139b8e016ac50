import type { PermittedFace, TrackedFace } from '../domain/face.ts';
import {
  asRedactedFrame,
  type PlanarImage,
  planesOf,
  type RawFrame,
  type RedactedFrame,
} from '../domain/frame.ts';
import { type Box, grow } from '../domain/geometry.ts';

/**
 * Side of the squares that are averaged, as a share of the picture's height: 1/18 leaves 32 x 18 colours of a 16:9
 * picture, in which neither letters nor people survive.
 */
const BLOCK_SHARE = 1 / 18;
/** Each average is moved by up to this much, so that averages of a sequence cannot be combined into a finer picture. */
const NOISE = 12;
/** A permitted face is kept with this much around its box: the canonical crop shows brows and chin. */
const FACE_MARGIN = 1.25;
/** A face that may not be seen is destroyed with this much around it. */
const OTHER_MARGIN = 1.5;

interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Even pixel bounds, so that chroma is kept or destroyed with its luma; rounded outwards. */
function rectOf(box: Box, image: PlanarImage): Rect {
  return {
    left: Math.max(0, Math.floor(box.x / 2) * 2),
    top: Math.max(0, Math.floor(box.y / 2) * 2),
    right: Math.min(image.widthPx, Math.ceil((box.x + box.width) / 2) * 2),
    bottom: Math.min(image.heightPx, Math.ceil((box.y + box.height) / 2) * 2),
  };
}

/** A permitted face never shows the hidden one beside it: what they share is destroyed. */
function keepMask(
  image: PlanarImage,
  permitted: readonly PermittedFace[],
  others: readonly TrackedFace[],
  mask: Uint8Array,
): void {
  const columns = image.widthPx / 2;
  const paint = (rect: Rect, value: number) => {
    for (let y = rect.top / 2; y < rect.bottom / 2; y++)
      mask.fill(
        value,
        y * columns + rect.left / 2,
        Math.max(y * columns + rect.left / 2, y * columns + rect.right / 2),
      );
  };
  mask.fill(0);
  for (const { box } of permitted) paint(rectOf(grow(box, FACE_MARGIN), image), 1);
  const allowed = new Set(permitted.map(({ trackId }) => trackId));
  for (const { trackId, box } of others)
    if (!allowed.has(trackId)) paint(rectOf(grow(box, OTHER_MARGIN), image), 0);
}

/** Average each block of a plane and write the average, plus noise, over every pixel of it that is not kept. */
function destroyPlane(
  plane: Uint8Array,
  width: number,
  height: number,
  block: number,
  mask: Uint8Array,
  shift: number,
  random: () => number,
): void {
  const columns = shift === 1 ? width / 2 : width;
  for (let top = 0; top < height; top += block) {
    const bottom = Math.min(height, top + block);
    for (let left = 0; left < width; left += block) {
      const right = Math.min(width, left + block);
      let sum = 0;
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += plane[y * width + x]!;
      const mean = sum / ((bottom - top) * (right - left)) + (random() * 2 - 1) * NOISE;
      const value = Math.max(0, Math.min(255, Math.round(mean)));
      for (let y = top; y < bottom; y++)
        for (let x = left; x < right; x++)
          if (mask[(y >> shift) * columns + (x >> shift)] === 0) plane[y * width + x] = value;
    }
  }
}

/**
 * Destroys everything in a frame but the permitted faces, in place: the raw frame's own memory becomes the redacted
 * frame, so that no untouched copy is left. Faces in `tracks` that are not permitted win over permitted ones.
 */
export function createRedactor(random: () => number = Math.random) {
  let mask = new Uint8Array(0);

  return {
    redact(
      frame: RawFrame,
      permitted: readonly PermittedFace[],
      tracks: readonly TrackedFace[],
    ): RedactedFrame {
      const { image } = frame;
      const { widthPx, heightPx } = image;
      const cells = (widthPx * heightPx) / 4;
      if (mask.length !== cells) mask = new Uint8Array(cells);
      keepMask(image, permitted, tracks, mask);
      // Even, so that a chroma block covers exactly a luma block.
      const block = Math.max(16, Math.round((heightPx * BLOCK_SHARE) / 2) * 2);
      const [y, u, v] = planesOf(image);
      destroyPlane(y, widthPx, heightPx, block, mask, 1, random);
      for (const plane of [u, v]) destroyPlane(plane, widthPx / 2, heightPx / 2, block / 2, mask, 0, random);
      return asRedactedFrame(frame);
    },

    /** For frames of which nobody can say where faces are: grey from edge to edge. */
    redactWhole(frame: RawFrame): void {
      frame.image.data.fill(128);
    },
  };
}
