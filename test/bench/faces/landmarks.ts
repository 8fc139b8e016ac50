import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DetectedFace, Landmarks } from '../../../agent/domain/face.ts';
import { iou } from '../../../agent/domain/geometry.ts';
import type { Graph } from '../../../agent/inference/session.ts';
import { ROOT } from '../../../agent/installation.ts';
import { createTracker } from '../../../agent/track/tracker.ts';
import { picturesOf } from '../../support/film.ts';
import { detectorOf } from './open.ts';
import type { Row } from './row.ts';

const SIZE = { widthPx: 960, heightPx: 540 };
const NAMES = ['leftEye', 'rightEye', 'nose', 'mouth'] as const;
/** Of 500. */
const FRAMES = 125;

interface Truth {
  readonly people: readonly {
    readonly frames: {
      readonly box: readonly (readonly [number, number, number, number])[];
      readonly landmarks: Readonly<Record<keyof Landmarks, readonly (readonly [number, number])[]>>;
    };
  }[];
}

const SCHEDULES = [
  { name: 'coarse pass alone', mechanisms: { closeLook: false, far: false }, farEveryFrames: 12 },
  { name: 'fine pass every frame', mechanisms: { closeLook: false, far: true }, farEveryFrames: 1 },
  { name: 'fine pass every 12 frames', mechanisms: { closeLook: false, far: true }, farEveryFrames: 12 },
  { name: 'close looks, fine pass every 12', mechanisms: { closeLook: true, far: true }, farEveryFrames: 12 },
] as const;

/**
 * Recall, false faces, landmarks and cost on the rendered films, of which the truth is known. Landmark errors are shares
 * of the face's height, root mean square over eyes, nose and mouth: of the whole error, which holds what the network
 * means by "eye", and of its change from frame to frame, which is what shakes a crop.
 */
export async function landmarkRows(session: Graph, note: (words: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  for (const scene of ['plant-a', 'plant-b']) {
    const truth = JSON.parse(readFileSync(join(ROOT, `test/scene/${scene}.json`), 'utf8')) as Truth;
    for (const { name, mechanisms, farEveryFrames } of SCHEDULES) {
      note(`detection: ${scene}, ${name}`);
      const detect = detectorOf(session, SIZE, mechanisms, { farEveryFrames });
      const tracker = createTracker();
      let [wanted, found, surplus, squared, points, shaken, steps, tookMs, frame] = [
        0, 0, 0, 0, 0, 0, 0, 0, 0,
      ];
      const before = new Map<string, readonly [number, number]>();
      for await (const { frame: picture } of picturesOf(join(ROOT, `test/scene/${scene}.mp4`), SIZE)) {
        if (frame === FRAMES) break;
        const startedAt = process.cpuUsage();
        const faces = await detect(picture, tracker.expect(picture.ptsMs));
        const { user, system } = process.cpuUsage(startedAt);
        tookMs += (user + system) / 1000;
        tracker.track(faces, picture.ptsMs);
        const free = new Set<DetectedFace>(faces);
        truth.people.forEach(({ frames }, person) => {
          const [x, y, width, height] = frames.box[frame]!;
          wanted++;
          const face = [...free].find(({ box }) => iou(box, { x, y, width, height }) >= 0.5);
          if (face === undefined) return;
          free.delete(face);
          found++;
          for (const point of NAMES) {
            const [tx, ty] = frames.landmarks[point][frame]!;
            const error = [
              (face.landmarks[point].x - tx) / height,
              (face.landmarks[point].y - ty) / height,
            ] as const;
            squared += error[0] ** 2 + error[1] ** 2;
            points++;
            const last = before.get(`${person} ${point}`);
            if (last !== undefined) {
              shaken += (error[0] - last[0]) ** 2 + (error[1] - last[1]) ** 2;
              steps++;
            }
            before.set(`${person} ${point}`, error);
          }
        });
        surplus += free.size;
        frame++;
      }
      const row = (metric: string, value: number, unit: string) =>
        rows.push({ group: 'detection', case: `synthetic ${scene}: ${name}`, metric, value, unit });
      row('recall', (100 * found) / wanted, '%');
      row('false faces', surplus, '');
      row('landmark error', 100 * Math.sqrt(squared / points), '% of height');
      row('landmark shake', 100 * Math.sqrt(shaken / steps), '% of height');
      row('processor time', tookMs / frame, 'ms a frame');
    }
  }
  return rows;
}
