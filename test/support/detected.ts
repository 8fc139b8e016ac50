import type { TrackedFace } from '../../agent/domain/face.ts';
import { asRawFrame } from '../../agent/domain/frame.ts';
import type { Graph } from '../../agent/inference/session.ts';
import { createTracker } from '../../agent/track/tracker.ts';
import { detectorOf } from '../bench/faces/open.ts';
import { HEAD_FRAME_MS, HEAD_SIZE } from './head-scenes.ts';
import type { ShownFace } from './moving-face.ts';

/** A picture of a scene, and the face in it as detector and tracker say. */
export interface Followed {
  readonly shown: ShownFace;
  readonly face: TrackedFace;
}

/**
 * A scene of one head, in colour, through the detector and the tracker that ship; from the picture on in which the face is
 * confirmed. @throws when it is lost then, or when there is another
 */
export async function followed(session: Graph, scene: readonly ShownFace[]): Promise<Followed[]> {
  const detect = detectorOf(session, HEAD_SIZE);
  const tracker = createTracker();
  const seen: Followed[] = [];
  for (const [i, shown] of scene.entries()) {
    const ptsMs = i * HEAD_FRAME_MS;
    const frame = asRawFrame(shown.image, { ptsMs, arrivedMs: ptsMs });
    const tracks = tracker.track(await detect(frame, tracker.expect(ptsMs)), ptsMs);
    const [face, ...more] = tracks.filter(({ confirmed }) => confirmed);
    if (more.length > 0) throw new Error(`picture ${i}: ${more.length + 1} faces where there is one`);
    if (face?.detected) seen.push({ shown, face });
    else if (seen.length > 0) throw new Error(`picture ${i}: the face is lost`);
  }
  return seen;
}
