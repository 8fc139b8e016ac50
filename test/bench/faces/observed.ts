import type { Landmarks } from '../../../agent/domain/face.ts';
import { iou } from '../../../agent/domain/geometry.ts';
import type { Graph } from '../../../agent/inference/session.ts';
import { createTracker } from '../../../agent/track/tracker.ts';
import { HEAD_FRAME_MS, HEAD_SIZE } from '../../support/head-scenes.ts';
import type { ShownFace } from '../../support/moving-face.ts';
import { detectorOf } from './open.ts';
import { asFrame, copyOf } from './picture.ts';

/** What the shipped detector and tracker say of a face: its landmarks in each picture, undefined where it is missed. */
export async function observed(
  session: Graph,
  shown: readonly ShownFace[],
): Promise<(Landmarks | undefined)[]> {
  const detect = detectorOf(session, HEAD_SIZE);
  const tracker = createTracker();
  const said: (Landmarks | undefined)[] = [];
  for (const [i, { image, box }] of shown.entries()) {
    const ptsMs = i * HEAD_FRAME_MS;
    const faces = await detect(asFrame(copyOf(image), ptsMs), tracker.expect(ptsMs));
    const best = tracker
      .track(faces, ptsMs)
      .filter((track) => track.detected && iou(track.box, box) > 0.4)
      .sort((a, b) => iou(b.box, box) - iou(a.box, box))[0];
    said.push(best?.landmarks);
  }
  return said;
}
