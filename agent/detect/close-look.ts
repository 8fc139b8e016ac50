import { type DetectedFace, type ExpectedFace, mapLandmarks } from '../domain/face.ts';
import type { PlanarImage } from '../domain/frame.ts';
import { centreOf, iou } from '../domain/geometry.ts';
import type { Graph } from '../inference/session.ts';
import type { Network } from './detector.ts';
import { createPatch, fromPatch, type Square } from './patch.ts';

/** Input of the network, pixels. */
const PATCH_PX = 128;
/** Side of the square against the longer side of the expected box: half of the input is face, where the network is best. */
const ROOM = 2;
/** What is found must overlap the expected box by at least this much, or it is somebody else. */
const SAME_FACE_IOU = 0.25;

/**
 * Looks at a face where it is expected: a square around it, turned so that the eyes are level, in the full resolution of
 * the picture. The coarse pass sees a face of a tenth of the picture in 13 pixels; here it has 64, and landmarks err a
 * third as much or less (`npm run bench:faces`). It also says at each frame whether there is still a face.
 */
export function createCloseLook(session: Graph, network: Network) {
  const patch = createPatch(PATCH_PX, network.format);

  return async (
    image: PlanarImage,
    expected: ExpectedFace,
    minScore: number,
  ): Promise<DetectedFace | undefined> => {
    const { box, landmarks } = expected;
    const { leftEye, rightEye } = landmarks;
    const square: Square = {
      centre: centreOf(box),
      sidePx: ROOM * Math.max(box.width, box.height),
      angle: Math.atan2(rightEye.y - leftEye.y, rightEye.x - leftEye.x),
    };
    try {
      const found = await network.detect(session, patch.cut(image, square), minScore);
      const faces = found.map((face) => toPicture(face, square));
      let best: DetectedFace | undefined;
      let most = SAME_FACE_IOU;
      for (const face of faces) {
        const overlap = iou(face.box, box);
        if (overlap >= most) [best, most] = [face, overlap];
      }
      return best;
    } finally {
      patch.wipe();
    }
  };
}

function toPicture({ score, box, landmarks }: DetectedFace, square: Square): DetectedFace {
  const step = square.sidePx / PATCH_PX;
  const centre = fromPatch(square, PATCH_PX, centreOf(box));
  const [width, height] = [box.width * step, box.height * step];
  return {
    score,
    box: { x: centre.x - width / 2, y: centre.y - height / 2, width, height },
    landmarks: mapLandmarks(landmarks, (point) => fromPatch(square, PATCH_PX, point)),
  };
}
