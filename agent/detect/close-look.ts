import { type DetectedFace, type ExpectedFace, mapLandmarks } from '../domain/face.ts';
import type { PlanarImage } from '../domain/frame.ts';
import { type Box, centreOf, iou } from '../domain/geometry.ts';
import type { Graph } from '../inference/session.ts';
import type { Network } from './detector.ts';
import { createPatch, fromPatch, type Square } from './patch.ts';

/** Input of the network, pixels. */
const PATCH_PX = 128;
/** Side of the square against the longer side of the expected box: half of the input is face, where the network is best. */
const ROOM = 2;
/** What is found must overlap the expected box by at least this much, or it is somebody else. */
const SAME_FACE_IOU = 0.25;

/** For a face that is not found so: a small, blurred or half-covered one needs its surroundings to be seen as one. */
const WIDE_ROOM = 5;

/** Input pixels between two anchors of the network: moved by multiples of this, a picture gives the same answer. */
const STRIDE_PX = 4;
// A square stays as it is until the face has left it by this much.
const SAME_SIDE = 1.25;
const SAME_ANGLE = 0.12;
const SAME_PLACE = 0.75;

/**
 * Looks at a face where it is expected: a square around it, turned so that the eyes are level, in the full resolution of
 * the picture. The coarse pass sees a face of a tenth of the picture in 13 pixels; here it has 64, and landmarks err by
 * a quarter to two thirds less (`npm run bench:faces`). It also says at each frame whether there is still a face.
 */
export function createCloseLook(session: Graph, network: Network) {
  const patch = createPatch(PATCH_PX, network.format);
  let before: Square[] = [];
  let now: Square[] = [];

  const see = async (image: PlanarImage, square: Square, box: Box, minScore: number) => {
    try {
      const found = await network.detect(session, patch.cut(image, square), minScore);
      let best: DetectedFace | undefined;
      let most = SAME_FACE_IOU;
      for (const face of found.map((each) => toPicture(each, square))) {
        const overlap = iou(face.box, box);
        if (overlap >= most) [best, most] = [face, overlap];
      }
      return best;
    } finally {
      patch.wipe();
    }
  };

  return {
    /** Begin the next picture. */
    next(): void {
      [before, now] = [now, []];
    },

    async at(
      image: PlanarImage,
      { box, landmarks }: ExpectedFace,
      minScore: number,
      sureScore: number,
    ): Promise<DetectedFace | undefined> {
      const { leftEye, rightEye } = landmarks;
      const square = steady(before, {
        centre: centreOf(box),
        // Not magnified: a face of 15 px blown up to 64 is a blur in which the network sees nothing.
        sidePx: Math.max(ROOM * Math.max(box.width, box.height), PATCH_PX),
        angle: Math.atan2(rightEye.y - leftEye.y, rightEye.x - leftEye.x),
      });
      now.push(square);
      const near = await see(image, square, box, minScore);
      if (near !== undefined && near.score >= sureScore) return near;
      const wide = {
        ...square,
        centre: centreOf(box),
        sidePx: Math.max(WIDE_ROOM * Math.max(box.width, box.height), PATCH_PX),
      };
      if (wide.sidePx === square.sidePx) return near;
      const far = await see(image, wide, box, minScore);
      return near === undefined || (far !== undefined && far.score > near.score && far.score >= sureScore)
        ? far
        : near;
    },
  };
}

/**
 * The square of the picture before, if it still fits, moved by whole strides: where the network's anchors lie in the
 * picture moves its landmarks by up to a hundredth of the face, and a square that trembles with the predicted box would
 * make a face that is still tremble too.
 */
function steady(before: readonly Square[], wanted: Square): Square {
  const last = before.find(
    ({ centre, sidePx, angle }) =>
      Math.hypot(centre.x - wanted.centre.x, centre.y - wanted.centre.y) < sidePx / 4 &&
      Math.max(sidePx / wanted.sidePx, wanted.sidePx / sidePx) < SAME_SIDE &&
      Math.abs(angle - wanted.angle) < SAME_ANGLE,
  );
  if (last === undefined) return wanted;
  const { sidePx, angle } = last;
  const stridePx = (STRIDE_PX * sidePx) / PATCH_PX;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [dx, dy] = [wanted.centre.x - last.centre.x, wanted.centre.y - last.centre.y];
  const whole = (along: number) => {
    const strides = along / stridePx;
    return Math.abs(strides) <= SAME_PLACE ? 0 : Math.round(strides) * stridePx;
  };
  const [u, v] = [whole(cos * dx + sin * dy), whole(cos * dy - sin * dx)];
  const centre = { x: last.centre.x + cos * u - sin * v, y: last.centre.y + sin * u + cos * v };
  return { centre, sidePx, angle };
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
