import { createRegistration, type Registered } from '../../agent/align/registration.ts';
import { apply, fitSimilarity, type Similarity } from '../../agent/align/similarity.ts';
import { keptBox, type Landmarks } from '../../agent/domain/face.ts';
import type { Box } from '../../agent/domain/geometry.ts';
import { HEAD_FRAME_MS, type HeadScene } from './head-scenes.ts';
import type { ShownFace } from './moving-face.ts';
import { residualMotion } from './residual.ts';

export const TEMPLATE = { leftEye: [39, 44], rightEye: [73, 44], nose: [56, 63], mouth: [56, 83] } as const;
const NAMES = ['leftEye', 'rightEye', 'nose', 'mouth'] as const;
export const TARGET = NAMES.map((name) => ({ x: TEMPLATE[name][0], y: TEMPLATE[name][1] }));
/** 1.28 s, as far as a spotter looks back; the first 0.6 s, in which the crop settles, do not count. */
const WINDOW = 32;
export const SETTLE = 15;

const SWAY = { stepPx: 3, stepDeg: 1 };
const STILL = { stepPx: 0, stepDeg: 0 };

/** What the full-range detector's landmarks tremble by at a face of 120 px. */
export const TREMBLE_PX = 1.2;

/** What registration is measured on, and how much motion it may leave, px RMS of the crop. */
export const REGISTRATION_CASES: readonly (readonly [string, HeadScene, number])[] = [
  ['a head that holds still', { film: 'steady-a', ...STILL, acting: false, seed: 11 }, 0.1],
  ['another that holds still', { film: 'steady-b', ...STILL, acting: false, seed: 12 }, 0.1],
  ['a head that sways', { film: 'steady-a', ...SWAY, acting: false, seed: 13 }, 0.25],
  ['another that sways', { film: 'steady-b', ...SWAY, acting: false, seed: 14 }, 0.25],
  ['one that sways, blinks and talks', { film: 'steady-b', ...SWAY, acting: true, seed: 15 }, 0.25],
  ['one that holds still, blinks and talks', { film: 'steady-a', ...STILL, acting: true, seed: 16 }, 0.1],
  [
    'one that does it all, through H.264',
    { film: 'steady-a', ...SWAY, acting: true, crf: 26, seed: 17 },
    0.25,
  ],
];

/** Residual landmark motion in crops cut by these transforms, after the first 0.6 s; crop px. */
export const residualOf = (shown: readonly ShownFace[], transforms: readonly Similarity[]): number =>
  residualMotion(
    shown
      .slice(SETTLE)
      .map(({ landmarks }, i) => NAMES.map((name) => apply(transforms[i + SETTLE]!, landmarks[name]))),
    WINDOW,
  );

/**
 * Residual landmark motion in the crop without and with registration, as it estimates it itself, and its beginnings; px.
 *
 * @param landmarks what is taken for the face's, picture by picture
 * @param boxes what is taken for its box; the true one by default
 */
export function measureRegistration(
  shown: readonly ShownFace[],
  landmarks: readonly Landmarks[],
  boxes: readonly Box[] = shown.map(({ box }) => box),
) {
  const registration = createRegistration(TEMPLATE, 112);
  const single = landmarks.map(
    (each) =>
      fitSimilarity(
        NAMES.map((name) => each[name]),
        TARGET,
      )!,
  );
  const found: Registered[] = shown.map(
    ({ image }, i) => registration.register(image, 1, keptBox(boxes[i]!), landmarks[i]!, i * HEAD_FRAME_MS)!,
  );
  const estimates = found.slice(SETTLE).map(({ residualPx }) => residualPx!);
  return {
    before: residualOf(shown, single),
    after: residualOf(
      shown,
      found.map(({ transform }) => transform),
    ),
    estimated: Math.sqrt(estimates.reduce((sum, px) => sum + px * px, 0) / estimates.length),
    resets: found.filter(({ anew }) => anew).length,
  };
}
