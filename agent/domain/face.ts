import { type Box, grow, type Point } from './geometry.ts';

/** The six key points of BlazeFace, in its order; "left" and "right" as seen in the image. Pixels of the analysis frame. */
export interface Landmarks {
  readonly leftEye: Point;
  readonly rightEye: Point;
  readonly nose: Point;
  readonly mouth: Point;
  /** Absent when the detector in use does not find tragions (YuNet). */
  readonly leftEar?: Point;
  readonly rightEar?: Point;
}

/** The landmarks that `landmarks` has, each as `to` makes it. */
export const mapLandmarks = (
  landmarks: Landmarks,
  to: (point: Point, name: keyof Landmarks) => Point,
): Landmarks =>
  Object.fromEntries(
    Object.entries(landmarks).map(([name, point]) => [name, to(point, name as keyof Landmarks)]),
  ) as unknown as Landmarks;

/** Canonical positions in a face crop, pixels, [x, y]; from the model's manifest. */
export type Template = Readonly<Record<'leftEye' | 'rightEye' | 'nose' | 'mouth', readonly [number, number]>>;

/** One face as a detector reports it in one frame. */
export interface DetectedFace {
  readonly box: Box;
  /** Confidence, 0..1. */
  readonly score: number;
  readonly landmarks: Landmarks;
}

/** Where a followed face should be in the next frame. */
export interface ExpectedFace {
  readonly box: Box;
  readonly landmarks: Landmarks;
  readonly confirmed: boolean;
}

/** One face followed over frames. The id lives in one camera process only, is never reused there and never leaves it. */
export interface TrackedFace {
  readonly trackId: number;
  readonly box: Box;
  readonly landmarks: Landmarks;
  /** False while the position is predicted because the detector missed the face in this frame. */
  readonly detected: boolean;
  /** True once enough detections agreed; unconfirmed faces are redacted and never analysed. */
  readonly confirmed: boolean;
}

/** A face that may be analysed: confirmed, seen in this frame, inside a zone and outside every opt-out area. */
export interface PermittedFace extends TrackedFace {
  readonly zoneId: string;
}

/** The canonical crop shows brows and chin, which a detector's box cuts off. */
const KEPT_MARGIN = 1.25;

/** What survives redaction of a permitted face: its box with a margin. Pixels of the analysis frame. */
export const keptBox = (box: Box): Box => grow(box, KEPT_MARGIN);
