import type { DetectedFace } from '../domain/face.ts';
import type { PlanarImage } from '../domain/frame.ts';
import { type Box, centreOf, type Point } from '../domain/geometry.ts';
import type { Graph } from '../inference/session.ts';
import type { Network } from './detector.ts';
import { createPatch, fromPatch, type Square } from './patch.ts';

/** Long side of the whole picture in the network's input: faces of 64 to 360 px in 960 have the size that it knows. */
const WHOLE_PX = 256;
/** Half of this is face when one is looked at closely. */
const CLOSE_PX = 128;
const CLOSE_ROOM = 2;
/** In both looks. Things on their side look like faces more often than things that stand. */
const SURE = 0.75;
/** Pictures between two looks. */
const EVERY_FRAMES = 250;
const ANGLES = [Math.PI / 2, -Math.PI / 2, Math.PI] as const;
/** As seen turned, the eyes are level within this. */
const LEVEL = Math.PI / 5;

const contains = ({ x, y, width, height }: Box, point: Point): boolean =>
  point.x >= x && point.x <= x + width && point.y >= y && point.y <= y + height;

/**
 * Is the camera mounted on its side or head down? Then the detector, which wants faces upright, sees nobody or not
 * everybody, and silence would look like an empty room. Now and then the picture is looked at turned, each time by another
 * angle, and a face that is found so, where the detector has none, is looked at closely before it is believed.
 */
export function createTurnedLook(
  session: Graph,
  network: Network,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
) {
  const whole = createPatch(WHOLE_PX, network.format);
  const close = createPatch(CLOSE_PX, network.format);
  let sinceLook = 0;
  let next = 0;
  let frames = 0;

  /** The surest face in a square, and how far its eyes are from level in it. */
  const best = async (
    image: PlanarImage,
    square: Square,
    patch: typeof whole,
  ): Promise<DetectedFace | undefined> => {
    try {
      const faces = await network.detect(session, patch.cut(image, square), SURE);
      const level = faces.filter(({ landmarks: { leftEye, rightEye } }) => {
        const tilt = Math.atan2(rightEye.y - leftEye.y, rightEye.x - leftEye.x);
        return Math.abs(tilt) < LEVEL;
      });
      return level.sort((a, b) => b.score - a.score)[0];
    } finally {
      patch.wipe();
    }
  };

  const isThere = async (image: PlanarImage, angle: number, seen: readonly Box[]): Promise<boolean> => {
    const centre: Point = { x: widthPx / 2, y: heightPx / 2 };
    const all: Square = { centre, sidePx: Math.max(widthPx, heightPx), angle };
    const face = await best(image, all, whole);
    if (face === undefined) return false;
    const at = fromPatch(all, WHOLE_PX, centreOf(face.box));
    if (seen.some((box) => contains(box, at))) return false;
    const sidePx = (CLOSE_ROOM * Math.max(face.box.width, face.box.height) * all.sidePx) / WHOLE_PX;
    const near: Square = { centre: at, sidePx, angle };
    return (await best(image, near, close)) !== undefined;
  };

  return {
    /** @param seen the faces that the detector has found in this picture as it is */
    async look(image: PlanarImage, seen: readonly Pick<DetectedFace, 'box'>[]): Promise<void> {
      if (++sinceLook < EVERY_FRAMES) return;
      sinceLook = 0;
      const boxes = seen.map(({ box }) => box);
      // What was found at an angle is looked for at the same again.
      if (await isThere(image, ANGLES[next]!, boxes)) frames += EVERY_FRAMES;
      else next = (next + 1) % ANGLES.length;
    },

    /** Since it was asked last: pictures with a face that only the turned picture shows, as many as the looks stand for. */
    frames(): number {
      const since = frames;
      frames = 0;
      return since;
    },
  };
}
