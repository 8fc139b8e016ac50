import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { frames } from '../../agent/decode/source.ts';
import { createDetector } from '../../agent/detect/detector.ts';
import { fullRange } from '../../agent/detect/full-range.ts';
import type { DetectedFace, Landmarks } from '../../agent/domain/face.ts';
import { iou } from '../../agent/domain/geometry.ts';
import { createSession } from '../../agent/inference/session.ts';
import { MODELS_FOLDER, ROOT } from '../../agent/installation.ts';
import { loadModelOf } from '../../agent/models/verify.ts';
import { createTracker } from '../../agent/track/tracker.ts';

const SIZE = { widthPx: 960, heightPx: 540 };
/** Of 500: three seconds show it, and the test stays short. */
const FRAMES = 75;

interface Truth {
  readonly people: readonly {
    readonly frames: {
      readonly box: readonly (readonly [number, number, number, number])[];
      readonly landmarks: Readonly<Record<keyof Landmarks, readonly (readonly [number, number])[]>>;
    };
  }[];
}

/** Real decoder, real detector, fed back by the tracker, rendered people: boxes and landmarks against what was rendered. */
for (const scene of ['plant-a', 'plant-b'])
  t.test(`${scene}: the faces are found where they are, and nothing else is a face`, async (t) => {
    const truth = JSON.parse(readFileSync(join(ROOT, `test/scene/${scene}.json`), 'utf8')) as Truth;
    const { files } = await loadModelOf('face-detector', join(MODELS_FOLDER, 'face-detector'));
    const session = await createSession(
      { name: 'detector', bytes: files.detector! },
      { provider: 'cpu', threads: 1 },
    );
    const detect = createDetector(session, fullRange, { ...SIZE, minScore: 0.5, farEveryFrames: 12 });
    const source = frames(
      {
        url: pathToFileURL(join(ROOT, `test/scene/${scene}.mp4`)).href,
        transport: 'tcp',
        decoder: 'software',
        ...SIZE,
        stallMs: 5000,
        reconnect: { firstMs: 1, mostMs: 1 },
        realTime: false,
      },
      { onState() {}, onDrop: () => t.fail('a recording loses no frame') },
      new AbortController().signal,
    );
    const tracker = createTracker();
    let frame = 0;
    let seen = 0;
    let wanted = 0;
    let surplus = 0;
    let worstEye = 0;
    for await (const delivery of source) {
      const at = frame++;
      if (at >= FRAMES) continue;
      const { ptsMs } = delivery.frame;
      const found = await detect(delivery.frame, tracker.expect(ptsMs));
      tracker.track(found, ptsMs);
      const faces = new Set<DetectedFace>(found);
      for (const { frames: person } of truth.people) {
        const [x, y, width, height] = person.box[at]!;
        wanted++;
        const match = [...faces].find((face) => iou(face.box, { x, y, width, height }) >= 0.4);
        if (match === undefined) continue;
        seen++;
        faces.delete(match);
        // The first look is a coarse one; from then on each face gets a close one.
        if (at > 0)
          for (const eye of ['leftEye', 'rightEye'] as const) {
            const [ex, ey] = person.landmarks[eye][at]!;
            const distance = Math.hypot(match.landmarks[eye].x - ex, match.landmarks[eye].y - ey);
            worstEye = Math.max(worstEye, distance / height);
          }
      }
      surplus += faces.size;
    }
    t.equal(frame, 500, 'every frame of the film came through');
    t.ok(seen / wanted >= 0.97, `${seen} of ${wanted} faces`);
    t.ok(surplus <= wanted * 0.01, `${surplus} false faces`);
    t.ok(worstEye < 0.08, `eyes at most ${worstEye.toFixed(3)} face heights off`);
    t.comment(
      `${scene}: ${seen}/${wanted} found, ${surplus} false, worst eye ${worstEye.toFixed(3)} face heights`,
    );
  });
