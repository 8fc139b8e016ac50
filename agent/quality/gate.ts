import type { TrackedFace } from '../domain/face.ts';

export interface QualityLimits {
  /** Effective frames per second below which half-second movements cannot be told from noise. */
  readonly minFps: number;
  /** Height of the detector's box, pixels of the analysis frame. */
  readonly minFaceHeightPx: number;
}

export type QualityFault = 'frame-rate' | 'face-height';

/** Faces in frames: a face that is seen in ten frames makes ten. */
export type FaceFrames = Readonly<Record<'counted' | QualityFault, number>>;

/** The effective frame rate is judged over this much media time. */
const RATE_SPAN_MS = 1_000;

/**
 * Decides per face and moment whether time may be counted at all. Nothing degrades silently: what is refused is counted
 * by kind, and when it is most of a day, health says so.
 */
export function createQualityGate(limits: QualityLimits) {
  const recent: number[] = [];
  const nothing = { counted: 0, 'frame-rate': 0, 'face-height': 0 };
  let judged = { ...nothing };

  return {
    /** Since it was asked last. */
    faceFrames(): FaceFrames {
      const since = judged;
      judged = { ...nothing };
      return since;
    },

    /** Note a frame, analysed or not, by its media time. A jump in time starts the measurement anew. */
    frame(ptsMs: number): void {
      const latest = recent.at(-1);
      if (latest !== undefined && (ptsMs <= latest || ptsMs - latest > RATE_SPAN_MS)) recent.length = 0;
      recent.push(ptsMs);
      while (ptsMs - recent[0]! > RATE_SPAN_MS) recent.shift();
    },

    /** Frames per second over the last second; 0 until half of it has been seen. */
    fps(): number {
      const span = recent.length < 2 ? 0 : recent.at(-1)! - recent[0]!;
      return span < RATE_SPAN_MS / 2 ? 0 : ((recent.length - 1) * 1000) / span;
    },

    qualifies(face: TrackedFace): boolean {
      // A tenth of tolerance: 15 fps cameras deliver 14.9.
      const fault: QualityFault | undefined =
        this.fps() < limits.minFps * 0.9
          ? 'frame-rate'
          : face.box.height < limits.minFaceHeightPx
            ? 'face-height'
            : undefined;
      judged[fault ?? 'counted']++;
      return fault === undefined;
    },
  };
}
