import { basename } from 'node:path';
import { readTruth } from '../../../agent/cli/evaluation-files.ts';
import { loadConfig } from '../../../agent/config/load.ts';
import { iou } from '../../../agent/domain/geometry.ts';
import { ROOT } from '../../../agent/installation.ts';
import { poseOf } from '../../../agent/quality/pose.ts';
import { createTracker } from '../../../agent/track/tracker.ts';
import { picturesOf } from '../../support/film.ts';
import { filmsOf, shippedFilms } from './films.ts';
import { detectorOf, openFaceNetwork } from './open.ts';
import type { Part, Row } from './row.ts';

const SIZE = { widthPx: 960, heightPx: 540 };
/** Faces are told apart by how far they truly turn or nod, degrees. */
const RANGES = [
  [0, 5],
  [5, 10],
  [10, 20],
  [20, 45],
] as const;

interface Seen {
  readonly true: number;
  readonly measured: number;
}

/** The value below which so many of a hundred lie. */
const percentile = (values: readonly number[], share: number): number | null =>
  values.length === 0
    ? null
    : [...values].sort((a, b) => a - b)[
        Math.min(values.length - 1, Math.floor((values.length * share) / 100))
      ]!;

/** Faces of a film by the shipped detector and tracker, beside the pose with which they were drawn. */
async function posesOf(scene: string): Promise<{ yaw: Seen[]; pitch: Seen[] }> {
  const { people } = await readTruth(`${scene}.json`);
  const detect = detectorOf(await openFaceNetwork(), SIZE);
  const tracker = createTracker();
  const seen = { yaw: [] as Seen[], pitch: [] as Seen[] };
  let number = 0;
  for await (const { frame, release } of picturesOf(`${scene}.mp4`, SIZE)) {
    const tracks = tracker.track(await detect(frame, tracker.expect(frame.ptsMs)), frame.ptsMs);
    for (const { frames } of people) {
      const [x, y, width, height] = frames.box[number]!;
      const pose = frames.pose?.[number];
      const face = tracks.find(({ box, detected }) => detected && iou(box, { x, y, width, height }) > 0.4);
      const found = face && poseOf(face.landmarks);
      if (pose === undefined || found === undefined) continue;
      seen.yaw.push({ true: pose[0], measured: found.yawDeg });
      seen.pitch.push({ true: pose[1], measured: found.pitchDeg });
    }
    number++;
    release();
  }
  return seen;
}

/** What the gate takes for a face's pose, against the pose with which it was drawn, and how many its limits refuse. */
export const pose: Part = async ({ note, filmsFolder }) => {
  const { config } = await loadConfig(`${ROOT}/config/demo.yaml`);
  const limits = { yaw: config.quality.maxYawDeg, pitch: config.quality.maxPitchDeg };
  const rows: Row[] = [];
  for (const scene of [...shippedFilms(), ...filmsOf(filmsFolder)]) {
    note(`pose: ${basename(scene)}`);
    const seen = await posesOf(scene);
    for (const axis of ['yaw', 'pitch'] as const)
      for (const [from, to] of RANGES) {
        const faces = seen[axis].filter((each) => Math.abs(each.true) >= from && Math.abs(each.true) < to);
        if (faces.length === 0) continue;
        const row = (metric: string, value: number | null, unit: string): Row => ({
          group: 'pose',
          case: `synthetic ${basename(scene)}, ${axis} ${from} to ${to}`,
          metric,
          value,
          unit,
        });
        const off = faces.map((each) => each.measured - each.true);
        rows.push(
          row('faces', faces.length, ''),
          row('off by, median', percentile(off, 50), 'deg'),
          row(
            'off by at most, 95 of 100',
            percentile(
              off.map((degrees) => Math.abs(degrees)),
              95,
            ),
            'deg',
          ),
          row(
            'refused',
            (100 * faces.filter(({ measured }) => Math.abs(measured) > limits[axis]).length) / faces.length,
            '%',
          ),
        );
      }
  }
  return rows;
};
