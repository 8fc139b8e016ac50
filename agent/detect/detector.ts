import type { DetectedFace } from '../domain/face.ts';
import type { RawFrame } from '../domain/frame.ts';
import type { Graph } from '../inference/session.ts';
import { createLetterbox, type InputFormat, type Letterbox } from './letterbox.ts';
import { merge } from './nms.ts';

/** A face detection network: what it wants to see, and how to read its answer into source pixels. */
export interface Network {
  readonly format: InputFormat;
  detect(session: Graph, input: Letterbox, minScore: number): Promise<DetectedFace[]>;
}

export interface DetectorOptions {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly minScore: number;
  readonly farEveryFrames: number;
}

const isPlaced = ({ score, box, landmarks }: DetectedFace): boolean =>
  Number.isFinite(score + box.x + box.y + box.width + box.height) &&
  Object.values(landmarks).every(({ x, y }) => Number.isFinite(x + y));

/** Long sides of the two network inputs, pixels. */
const NEAR_PX = 128;
const FAR_PX = 512;
/** The network was trained for faces up to about this many input pixels; larger ones belong to the near pass. */
const FAR_LARGEST_PX = 96;
const SAME_FACE_IOU = 0.3;

/**
 * Two passes, because one input size cannot serve near and far faces: a coarse one on every frame, and a fine one every
 * `farEveryFrames` frames and whenever somebody may be missed: nobody found, or fewer than the fine pass last found.
 */
export function createDetector(session: Graph, network: Network, options: DetectorOptions) {
  const near = createLetterbox(options, NEAR_PX, network.format);
  const far = createLetterbox(options, FAR_PX, network.format);
  let sinceFar = Number.POSITIVE_INFINITY;
  /** Faces that only the fine pass sees: while there are some, it runs on every frame. */
  let farOnly = 0;

  const pass = async (letterbox: typeof near, frame: RawFrame) => {
    try {
      const input = letterbox.fit(frame.image);
      const faces = await network.detect(session, input, options.minScore);
      // Of numbers that are none nobody can say where the faces are.
      if (!faces.every(isPlaced)) throw new Error('the detector answers with numbers that are none');
      return { faces, scale: input.scale };
    } finally {
      letterbox.wipe();
    }
  };

  return async (frame: RawFrame): Promise<DetectedFace[]> => {
    const { faces } = await pass(near, frame);
    sinceFar++;
    if (faces.length > 0 && farOnly === 0 && sinceFar < options.farEveryFrames) return faces;
    sinceFar = 0;
    const fine = await pass(far, frame);
    const small = fine.faces.filter(({ box }) => box.height * fine.scale <= FAR_LARGEST_PX);
    const both = merge([...faces, ...small], SAME_FACE_IOU);
    farOnly = both.length - faces.length;
    return both;
  };
}
