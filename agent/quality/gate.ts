import type { PermittedFace } from '../domain/face.ts';
import type { FaceCrop } from '../domain/frame.ts';
import { type FaceFrames, noFaceFrames, type QualityReason } from '../domain/quality.ts';
import { blurOf } from './blur.ts';
import { exposureOf } from './exposure.ts';
import { FrameRate } from './frame-rate.ts';
import { lumaOf, ovalOf } from './oval.ts';
import { poseOf } from './pose.ts';

export interface QualityLimits {
  /** Effective frames per second below which half-second movements cannot be told from noise. */
  readonly minFps: number;
  /** Height of the detector's box, pixels of the analysis frame. */
  readonly minFaceHeightPx: number;
  readonly maxYawDeg: number;
  readonly maxPitchDeg: number;
  /** Grey levels between the 5th and the 95th of a hundred pixels of the face. */
  readonly minContrast: number;
  /** Share of the face that is black or white. */
  readonly maxClipped: number;
  /** 0 sharp to 1, see `blurOf`. */
  readonly maxBlur: number;
  /** What registration may leave of the head's motion, root mean square, px of the crop. */
  readonly maxMotionPx: number;
  /** How far the head may go within the time over which it is compared, px of the crop. */
  readonly maxShiftPx: number;
  /** Share of the face before which something may be. */
  readonly maxCovered: number;
}

/** Faces of one frame that are good enough, with their crops. */
export interface Good {
  readonly faces: PermittedFace[];
  readonly crops: FaceCrop[];
}

/** A face may be missed in this share of the pictures of a second: beyond it, what it did cannot be followed. */
const MOST_MISSED = 0.4;

/**
 * Decides per face and moment whether it may be looked at: what is refused is not encoded, so that nothing can be
 * spotted in it, and earns no slot time. Nothing degrades silently: each refusal is counted by its reason, and when it
 * is most of a day, health says so.
 */
export function createQualityGate(limits: QualityLimits, sizePx: number) {
  const rate = new FrameRate();
  const inside = ovalOf(sizePx);
  const luma = new Float32Array(sizePx * sizePx);
  let judged = noFaceFrames();
  const verdicts = new Map<number, 'counted' | QualityReason>();

  const faultOf = (face: PermittedFace, crop: FaceCrop | undefined): QualityReason | undefined => {
    const seen = rate.seen(face.trackId);
    // A tenth of tolerance: 15 fps cameras deliver 14.9.
    if (rate.perSecond() < limits.minFps * 0.9) return 'frame-rate';
    if (seen < 1 - MOST_MISSED || (crop?.coveredShare ?? 0) > limits.maxCovered) return 'hidden';
    if (face.box.height < limits.minFaceHeightPx) return 'face-height';
    const pose = poseOf(face.landmarks);
    if (
      pose === undefined ||
      Math.abs(pose.yawDeg) > limits.maxYawDeg ||
      Math.abs(pose.pitchDeg) > limits.maxPitchDeg
    )
      return 'pose';
    // No crop: registration found no hold.
    if (crop === undefined) return 'motion';
    lumaOf(crop, luma);
    const { contrast, clipped } = exposureOf(luma, inside);
    if (contrast < limits.minContrast || clipped > limits.maxClipped) return 'exposure';
    if (blurOf(luma, sizePx, inside) > limits.maxBlur) return 'blur';
    if ((crop.residualPx ?? 0) > limits.maxMotionPx) return 'motion';
    return (crop.shiftPx ?? 0) > limits.maxShiftPx ? 'motion' : undefined;
  };

  return {
    /** Since it was asked last. */
    faceFrames(): FaceFrames {
      const since = judged;
      judged = noFaceFrames();
      return since;
    },

    /** What was said last of a track. */
    verdict: (trackId: number): 'counted' | QualityReason | undefined => verdicts.get(trackId),

    /** A picture, analysed or not, by its media time; and whether it differs from the one before. */
    frame: (ptsMs: number, isNew?: boolean): void => rate.frame(ptsMs, isNew),

    /** Frames per second over the last second of media time; 0 until half of it has been seen. */
    fps: (): number => rate.perSecond(),

    /** Refused crops are overwritten. */
    pass(faces: readonly PermittedFace[], crops: readonly FaceCrop[]): Good {
      const good: Good = { faces: [], crops: [] };
      for (const face of faces) {
        const crop = crops.find(({ trackId }) => trackId === face.trackId);
        const verdict = faultOf(face, crop) ?? 'counted';
        judged[verdict]++;
        verdicts.set(face.trackId, verdict);
        if (verdict !== 'counted' || crop === undefined) {
          crop?.rgb.fill(0);
          continue;
        }
        good.faces.push(face);
        good.crops.push(crop);
      }
      luma.fill(0);
      return good;
    },

    /** Tracks that are gone are forgotten. */
    keepOnly(trackIds: ReadonlySet<number>): void {
      rate.keepOnly(trackIds);
      for (const trackId of verdicts.keys()) if (!trackIds.has(trackId)) verdicts.delete(trackId);
    },
  };
}
