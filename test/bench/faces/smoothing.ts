import type { PointFilter, Smoothing } from '../../../agent/align/anchor.ts';
import { OneEuro } from '../../../agent/align/one-euro.ts';
import { createRegistration } from '../../../agent/align/registration.ts';
import { apart, apply, fitSimilarity, IDENTITY, type Similarity } from '../../../agent/align/similarity.ts';
import { keptBox, type Landmarks } from '../../../agent/domain/face.ts';
import type { Point } from '../../../agent/domain/geometry.ts';
import { HEAD_FRAME_MS, headScene } from '../../support/head-scenes.ts';
import type { ShownFace } from '../../support/moving-face.ts';
import { REGISTRATION_CASES, residualOf, SETTLE, TARGET, TEMPLATE } from '../../support/registered.ts';
import { Kalman } from './kalman.ts';
import { observed } from './observed.ts';
import { openFaceNetwork } from './open.ts';
import type { Part, Row } from './row.ts';

const NAMES = ['leftEye', 'rightEye', 'nose', 'mouth'] as const;

class Unfiltered implements PointFilter {
  value: Point;

  constructor(first: Point) {
    this.value = first;
  }

  push(point: Point): void {
    this.value = point;
  }
}

/** In the picture heads move, in the coordinates of the reference they do not: each filter is set to its best in either. */
const FILTERS: readonly (readonly [string, Smoothing, Smoothing | undefined])[] = [
  ['no filter', (first) => new Unfiltered(first), (first) => new Unfiltered(first)],
  [
    'One-Euro',
    (first) => new OneEuro(first, { minCutoffHz: 4, beta: 0.5, speedCutoffHz: 1 }),
    // As it ships.
    undefined,
  ],
  [
    'Kalman, constant velocity',
    (first) => new Kalman(first, { noisePx: 1, restlessness: 100 }),
    (first) => new Kalman(first, { noisePx: 1.2, restlessness: 30 }),
  ],
];

interface Seen {
  readonly shown: readonly ShownFace[];
  readonly landmarks: readonly Landmarks[];
}

/** Crops cut by filtered landmarks alone: motion left, and by how much the landmarks come late. */
function alone({ shown, landmarks }: Seen, smoothing: Smoothing): { left: number; lateMs: number } {
  const filters: PointFilter[] = [];
  const filtered = landmarks.map((each) =>
    NAMES.map((name, i) => {
      const filter = filters[i];
      if (filter === undefined) filters[i] = smoothing(each[name]);
      else filter.push(each[name], HEAD_FRAME_MS / 1000);
      return filters[i]!.value;
    }),
  );
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  let [along, squared] = [0, 0];
  NAMES.forEach((name, i) => {
    for (const axis of ['x', 'y'] as const) {
      const truth = shown.map((each) => each.landmarks[name][axis]);
      // The detector means another point than the scene: that is no delay.
      const bias = mean(landmarks.map((each, k) => each[name][axis] - truth[k]!));
      for (let k = SETTLE; k < truth.length; k++) {
        const speed = truth[k]! - truth[k - 1]!;
        along += speed * (filtered[k]![i]![axis] - bias - truth[k]!);
        squared += speed * speed;
      }
    }
  });
  const transforms = filtered.map((points) => fitSimilarity(points, TARGET)!);
  return { left: residualOf(shown, transforms), lateMs: (-HEAD_FRAME_MS * along) / squared };
}

/** Crops by registration whose anchor filters the landmarks: motion left, and how far the crop is from where they say on average. */
function registered({ shown, landmarks }: Seen, smoothing: Smoothing | undefined) {
  const registration = createRegistration(TEMPLATE, 112, smoothing);
  const transforms: Similarity[] = shown.map(
    ({ image, box }, i) =>
      registration.register(image, 1, keptBox(box), landmarks[i]!, i * HEAD_FRAME_MS)!.transform,
  );
  const places = NAMES.map((name) => {
    const points = landmarks.slice(SETTLE).map((each, i) => apply(transforms[i + SETTLE]!, each[name]));
    const mean = (axis: 'x' | 'y') => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
    return { x: mean('x'), y: mean('y') };
  });
  const off = apart(fitSimilarity(places, TARGET)!, IDENTITY, { x: 56, y: 56 }, 40);
  return { left: residualOf(shown, transforms), off };
}

const rms = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

/** Landmarks as the shipped detector sees the heads on which registration is measured, filtered in two places by three means. */
export const smoothing: Part = async ({ note }) => {
  const session = await openFaceNetwork();
  const seen: (Seen & { readonly moves: boolean })[] = [];
  for (const [name, scene] of REGISTRATION_CASES) {
    note(`smoothing: ${name}`);
    const shown = headScene({ ...scene, colour: true });
    const said = await observed(session, shown);
    const landmarks = said.flatMap((each) => (each === undefined ? [] : [each]));
    if (landmarks.length < shown.length) throw new Error(`${name}: the detector misses the face`);
    seen.push({ shown, landmarks, moves: scene.stepPx > 0 });
  }
  const [still, moving] = [seen.filter(({ moves }) => !moves), seen.filter(({ moves }) => moves)];
  return FILTERS.flatMap(([name, inPicture, inReference]): Row[] => {
    const row = (where: string, metric: string, value: number, unit = 'px'): Row => ({
      group: 'smoothing',
      case: `synthetic, ${name}, ${where}`,
      metric,
      value,
      unit,
    });
    const placed = seen.map((each) => registered(each, inReference));
    return [
      row('landmarks alone', 'motion left, still', rms(still.map((each) => alone(each, inPicture).left))),
      row('landmarks alone', 'motion left, moving', rms(moving.map((each) => alone(each, inPicture).left))),
      row('landmarks alone', 'late', rms(moving.map((each) => alone(each, inPicture).lateMs)), 'ms'),
      row(
        'registered',
        'motion left, still',
        rms(placed.filter((_, i) => !seen[i]!.moves).map(({ left }) => left)),
      ),
      row(
        'registered',
        'motion left, moving',
        rms(placed.filter((_, i) => seen[i]!.moves).map(({ left }) => left)),
      ),
      row('registered', 'crop off its place', rms(placed.map(({ off }) => off))),
    ];
  });
};
