import type { PermittedFace } from '../domain/face.ts';
import {
  asMaskedFrame,
  type Mask,
  type MaskedFrame,
  type PlanarImage,
  planesOf,
  type RedactedFrame,
} from '../domain/frame.ts';
import { type Box, grow } from '../domain/geometry.ts';
import { FILL } from './redact.ts';

/** Luma of a mask; dark, so that it stands out from what is destroyed. */
export const MASK = 48;
/** More than redaction leaves of a face (`keptBox`), so that hair and ears do not show their outline. */
const MASK_MARGIN = 1.5;
/** A face that is missed for a frame or two must not flicker in and out of its mask. Media time. */
const HOLD_MS = 1_000;

interface Seen {
  readonly mask: Mask;
  readonly ptsMs: number;
}

/**
 * Makes what people may look at out of what redaction has left: the whole frame is painted over, faces too, and a mask
 * marks where each permitted face is or has just been. Nothing but the boxes decides what comes out, so there is nothing
 * in it to be restored. Works in place: afterwards there are no pixels of the camera in the frame.
 */
export function createMasker(): (frame: RedactedFrame, permitted: readonly PermittedFace[]) => MaskedFrame {
  let seen = new Map<number, Seen>();
  let lastMs = Number.NEGATIVE_INFINITY;

  return (frame, permitted) => {
    const { image, ptsMs } = frame;
    // Another connection, or a recording that begins again: what was before says nothing of it.
    if (ptsMs < lastMs) seen = new Map();
    lastMs = ptsMs;
    for (const { trackId, box } of permitted)
      seen.set(trackId, {
        mask: { trackId, face: box, area: grow(box, MASK_MARGIN), held: false },
        ptsMs,
      });
    for (const [trackId, { ptsMs: seenMs }] of seen) if (ptsMs - seenMs > HOLD_MS) seen.delete(trackId);

    image.data.fill(FILL);
    const masks = [...seen.values()].map(({ mask, ptsMs: seenMs }) => ({ ...mask, held: seenMs < ptsMs }));
    for (const { area } of masks) paint(image, area);
    return asMaskedFrame(frame, { masks, unsure: false });
  };
}

/** A box that is not even a number paints nothing, and what is under it is gone in any case. */
function paint(image: PlanarImage, { x, y, width, height }: Box): void {
  const { widthPx, heightPx } = image;
  const [luma] = planesOf(image);
  const within = (value: number, most: number) => Math.max(0, Math.min(most, Math.round(value)));
  const [left, right] = [within(x, widthPx), within(x + width, widthPx)];
  for (let row = within(y, heightPx); row < within(y + height, heightPx); row++)
    luma.fill(MASK, row * widthPx + left, row * widthPx + right);
}
