import type { PermittedFace, Template } from '../domain/face.ts';
import { asFaceCrop, type FaceCrop, type RedactedFrame } from '../domain/frame.ts';
import { centreOf, type Point } from '../domain/geometry.ts';
import { apply, fitSimilarity, invert, type Similarity } from './similarity.ts';
import { warp } from './warp.ts';

const POINTS = ['leftEye', 'rightEye', 'nose', 'mouth'] as const;
/** Time constant of the filter that keeps the detector's jitter out of the transform. */
const SMOOTHING_MS = 400;
/** When a landmark is further than this from where the followed transform expects it, in crop pixels, the head has really moved: begin anew. */
const LOST_PX = 6;
/** A media time gap after which nothing before is comparable. */
const GAP_MS = 500;

interface Anchor {
  readonly transform: Similarity;
  readonly ptsMs: number;
}

const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);
const mix = (a: number, b: number, share: number) => a + (b - a) * share;

/**
 * Warps permitted faces to the canonical crop. A micro-expression moves skin by less than the detector's landmarks
 * tremble, so the transform of a track follows its landmarks slowly; only when they leave it behind does it jump, and
 * that is told, because crops before and after cannot be compared.
 */
export function createAligner(template: Template, sizePx: number) {
  const anchors = new Map<number, Anchor>();
  const target = POINTS.map((name) => ({ x: template[name][0], y: template[name][1] }));

  return {
    /** @param onReset called with each track whose registration begins anew with this frame */
    align(
      frame: RedactedFrame,
      faces: readonly PermittedFace[],
      onReset: (trackId: number) => void,
    ): FaceCrop[] {
      for (const [trackId, { ptsMs }] of anchors)
        if (Math.abs(frame.ptsMs - ptsMs) > GAP_MS) anchors.delete(trackId);

      return faces.flatMap((face) => {
        const points = POINTS.map((name) => face.landmarks[name]);
        const current = fitSimilarity(points, target);
        if (current === undefined || !Number.isFinite(current.a + current.b + current.tx + current.ty))
          return [];
        const anchor = anchors.get(face.trackId);
        let transform = current;
        if (
          anchor !== undefined &&
          frame.ptsMs > anchor.ptsMs &&
          !hasLeft(anchor.transform, current, points)
        ) {
          const share = 1 - Math.exp(-(frame.ptsMs - anchor.ptsMs) / SMOOTHING_MS);
          transform = follow(anchor.transform, current, centreOf(face.box), share);
        } else onReset(face.trackId);
        anchors.set(face.trackId, { transform, ptsMs: frame.ptsMs });
        const rgb = warp(frame.image, invert(transform), sizePx);
        return [asFaceCrop({ trackId: face.trackId, ptsMs: frame.ptsMs, sizePx, rgb })];
      });
    },
  };
}

const hasLeft = (followed: Similarity, current: Similarity, points: readonly Point[]): boolean =>
  points.some((point) => distance(apply(followed, point), apply(current, point)) > LOST_PX);

/** A share of the way from one transform to another, as seen at `pivot`: translation there, rotation and scale apart. */
function follow(from: Similarity, to: Similarity, pivot: Point, share: number): Similarity {
  const a = mix(from.a, to.a, share);
  const b = mix(from.b, to.b, share);
  const [p, q] = [apply(from, pivot), apply(to, pivot)];
  const at = { x: mix(p.x, q.x, share), y: mix(p.y, q.y, share) };
  return { a, b, tx: at.x - (a * pivot.x - b * pivot.y), ty: at.y - (b * pivot.x + a * pivot.y) };
}
