import { keptBox, type PermittedFace, type TrackedFace } from '../domain/face.ts';
import {
  asMaskedFrame,
  asRedactedFrame,
  type MaskedFrame,
  type PlanarImage,
  planesOf,
  type RawFrame,
  type RedactedFrame,
} from '../domain/frame.ts';
import { type Box, grow } from '../domain/geometry.ts';

/**
 * What is destroyed becomes this value in all three planes, mid-grey. One constant for everything: what comes out then
 * depends on the kept pixels alone. Averages of blocks, even coarse ones with noise, do not have that property; a small
 * network reads signs out of them (test/attacks/reading.test.ts).
 */
export const FILL = 128;
/** A face that may not be seen is destroyed with this much around it. */
const HIDDEN_MARGIN = 1.5;

/** In cells of 2 x 2 pixels, so that chroma is kept or destroyed with its luma; `right` and `bottom` are exclusive. */
interface Cells {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The cells that lie wholly in a box, or, `outwards`, those that it touches. */
function cellsOf(box: Box, { widthPx, heightPx }: PlanarImage, outwards: boolean): Cells {
  const [first, last] = outwards ? [Math.floor, Math.ceil] : [Math.ceil, Math.floor];
  return {
    left: Math.max(0, first(box.x / 2)),
    top: Math.max(0, first(box.y / 2)),
    right: Math.min(widthPx / 2, last((box.x + box.width) / 2)),
    bottom: Math.min(heightPx / 2, last((box.y + box.height) / 2)),
  };
}

/** No face is larger than the picture; a box that says so, or that is not even a number, comes of a broken detector. */
const isPossible = ({ x, y, width, height }: Box, { widthPx, heightPx }: PlanarImage): boolean =>
  Number.isFinite(x + y) && width > 0 && width <= widthPx && height > 0 && height <= heightPx;

/** One byte per cell, 1 where it is kept. A permitted face never shows the hidden one beside it: what they share goes. */
function keepMask(
  image: PlanarImage,
  permitted: readonly PermittedFace[],
  tracks: readonly TrackedFace[],
  mask: Uint8Array,
): void {
  const columns = image.widthPx / 2;
  const paint = ({ left, top, right, bottom }: Cells, value: number) => {
    if (left >= right) return;
    for (let y = top; y < bottom; y++) mask.fill(value, y * columns + left, y * columns + right);
  };
  mask.fill(0);
  for (const { box } of permitted) if (isPossible(box, image)) paint(cellsOf(keptBox(box), image, false), 1);
  const allowed = new Set(permitted.map(({ trackId }) => trackId));
  for (const { trackId, box } of tracks) {
    if (allowed.has(trackId)) continue;
    // Somebody is there who must not be seen, and nobody knows where.
    if (!isPossible(box, image)) mask.fill(0);
    else paint(cellsOf(grow(box, HIDDEN_MARGIN), image, true), 0);
  }
}

/** Runs of cells in one row of the mask that are not kept, [from, to). */
function* destroyed(row: Uint8Array): Generator<readonly [number, number]> {
  for (let from = row.indexOf(0); from >= 0; ) {
    const end = row.indexOf(1, from);
    const to = end < 0 ? row.length : end;
    yield [from, to];
    from = row.indexOf(0, to);
  }
}

/**
 * Destroys everything in a frame but the permitted faces, in place: the raw frame's own memory becomes the redacted
 * frame, so that no untouched copy is left. Faces in `tracks` that are not permitted win over permitted ones.
 */
export function createRedactor() {
  let mask = new Uint8Array(0);

  return {
    redact(
      frame: RawFrame,
      permitted: readonly PermittedFace[],
      tracks: readonly TrackedFace[],
    ): RedactedFrame {
      const { image } = frame;
      const columns = image.widthPx / 2;
      const rows = image.heightPx / 2;
      if (mask.length !== columns * rows) mask = new Uint8Array(columns * rows);
      keepMask(image, permitted, tracks, mask);
      const [luma, u, v] = planesOf(image);
      for (let row = 0; row < rows; row++) {
        const at = row * columns;
        for (const [from, to] of destroyed(mask.subarray(at, at + columns))) {
          luma.fill(FILL, 2 * (2 * at + from), 2 * (2 * at + to));
          luma.fill(FILL, 2 * (2 * at + columns + from), 2 * (2 * at + columns + to));
          u.fill(FILL, at + from, at + to);
          v.fill(FILL, at + from, at + to);
        }
      }
      return asRedactedFrame(frame);
    },

    /** For frames of which nobody can say where faces are: nothing is left, so that anybody may look at it. */
    redactWhole(frame: RawFrame): MaskedFrame {
      frame.image.data.fill(FILL);
      return asMaskedFrame(frame, { masks: [], unsure: true });
    },
  };
}
