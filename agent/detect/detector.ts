import type { DetectedFace, ExpectedFace } from '../domain/face.ts';
import type { RawFrame } from '../domain/frame.ts';
import { iou } from '../domain/geometry.ts';
import type { Graph } from '../inference/session.ts';
import { createCloseLook } from './close-look.ts';
import { createLetterbox, type InputFormat, type NetworkInput } from './letterbox.ts';
import { suppress } from './nms.ts';

/** A face detection network: what it wants to see, and how to read its answer into pixels of what it was shown. */
export interface Network {
  readonly format: InputFormat;
  detect(session: Graph, input: NetworkInput, minScore: number): Promise<DetectedFace[]>;
}

export interface DetectorOptions {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly minScore: number;
  readonly farEveryFrames: number;
}

/** What can be left out, to see what it is worth. */
export interface Mechanisms {
  readonly closeLook: boolean;
  readonly far: boolean;
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
/** A lost face is looked for by the fine pass at once, but not on every frame for as long as it is gone. */
const LOST_EVERY_FRAMES = 4;
/** Faces that get a close look in one frame; what a crowd costs has an end. */
const MOST_LOOKS = 16;
/** Share of `minScore` that is enough where a face was just now: a hand before it, a turned head. */
const FOLLOWED_SHARE = 0.6;

/**
 * Three looks, because one input size cannot serve near and far faces: a coarse one at the whole of every frame, a close
 * one at each face that is followed, and a fine one at the whole every `farEveryFrames` frames and when a followed face
 * is lost. A far face is found by the fine look, then held by close ones, which cost a fifteenth.
 *
 * Faces of less than `minScore` are those seen where one was expected: enough to go on following it, not to begin.
 */
export function createDetector(
  session: Graph,
  network: Network,
  options: DetectorOptions,
  { closeLook, far: isFar }: Mechanisms = { closeLook: true, far: true },
) {
  const near = createLetterbox(options, NEAR_PX, network.format);
  const far = createLetterbox(options, FAR_PX, network.format);
  const look = createCloseLook(session, network);
  const followedScore = options.minScore * FOLLOWED_SHARE;
  let sinceFar = Number.POSITIVE_INFINITY;

  const placed = (faces: readonly DetectedFace[]) => {
    // Of numbers that are none nobody can say where the faces are.
    if (!faces.every(isPlaced)) throw new Error('the detector answers with numbers that are none');
    return faces;
  };

  const pass = async (letterbox: typeof near, frame: RawFrame) => {
    try {
      const input = letterbox.fit(frame.image);
      const faces = placed(await network.detect(session, input, followedScore));
      return { faces, scale: input.scale };
    } finally {
      letterbox.wipe();
    }
  };

  return async (frame: RawFrame, expected: readonly ExpectedFace[] = []): Promise<DetectedFace[]> => {
    const looked: DetectedFace[] = [];
    look.next();
    if (closeLook)
      for (const face of expected.slice(0, MOST_LOOKS)) {
        const seen = await look.at(frame.image, face, followedScore, options.minScore);
        if (seen !== undefined) looked.push(...placed([seen]));
      }
    // Two that look at the same face (one is behind the other) see it twice.
    let faces = suppress(looked, SAME_FACE_IOU);
    const add = (others: readonly DetectedFace[]) => {
      // Not averaged: the coarse landmarks would spoil the fine ones.
      faces = [
        ...faces,
        ...others.filter(
          (face) =>
            faces.every(({ box }) => iou(box, face.box) <= SAME_FACE_IOU) &&
            (face.score >= options.minScore ||
              expected.some(({ box }) => iou(box, face.box) > SAME_FACE_IOU)),
        ),
      ];
    };

    add((await pass(near, frame)).faces);
    sinceFar++;
    const isLost = expected.some(
      ({ confirmed, box }) => confirmed && faces.every((face) => iou(box, face.box) <= SAME_FACE_IOU),
    );
    if (
      !isFar ||
      sinceFar < (isLost ? Math.min(LOST_EVERY_FRAMES, options.farEveryFrames) : options.farEveryFrames)
    )
      return faces;
    sinceFar = 0;
    const fine = await pass(far, frame);
    add(fine.faces.filter(({ box }) => box.height * fine.scale <= FAR_LARGEST_PX));
    return faces;
  };
}
