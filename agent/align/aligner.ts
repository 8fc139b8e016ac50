import { keptBox, type PermittedFace, type Template } from '../domain/face.ts';
import { asFaceCrop, type FaceCrop, type RedactedFrame } from '../domain/frame.ts';
import { createRegistration } from './registration.ts';
import { invert } from './similarity.ts';
import { createWarp } from './warp.ts';

/** A media time gap after which nothing before is comparable. */
const GAP_MS = 500;

/**
 * Warps permitted faces to the canonical crop, each once, straight from the planar frame. A micro-expression moves skin by
 * less than the detector's landmarks tremble, so where the crop is cut is measured on the pixels themselves
 * (registration.ts).
 */
export function createAligner(template: Template, sizePx: number) {
  const registration = createRegistration(template, sizePx);
  const warp = createWarp(sizePx);

  return {
    /** @param onReset called with each track whose registration begins anew with this frame */
    align(
      frame: RedactedFrame,
      faces: readonly PermittedFace[],
      onReset: (trackId: number) => void,
    ): FaceCrop[] {
      for (const [trackId, ptsMs] of registration.latest())
        if (frame.ptsMs <= ptsMs || frame.ptsMs - ptsMs > GAP_MS) registration.forget(trackId);
      try {
        return faces.flatMap(({ trackId, box, landmarks }) => {
          const found = registration.register(frame.image, trackId, keptBox(box), landmarks, frame.ptsMs);
          if (found === undefined) return [];
          const { transform, anew, ...measured } = found;
          if (anew) onReset(trackId);
          const rgb = warp.cut(frame.image, invert(transform));
          return [asFaceCrop({ trackId, ptsMs: frame.ptsMs, sizePx, rgb, ...measured })];
        });
      } finally {
        registration.wipe();
        warp.wipe();
      }
    },

    /** Overwrite what is known of every track that is not in `alive`. */
    keepOnly(alive: ReadonlySet<number>): void {
      for (const trackId of registration.latest().keys())
        if (!alive.has(trackId)) registration.forget(trackId);
    },
  };
}
