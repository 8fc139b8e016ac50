import t from 'tap';
import { createRegistration } from '../../agent/align/registration.ts';
import { apply, fitSimilarity, type Similarity } from '../../agent/align/similarity.ts';
import { keptBox, type Landmarks } from '../../agent/domain/face.ts';
import { HEAD_FRAME_MS, type HeadScene, headScene, tremble } from '../support/head-scenes.ts';
import type { ShownFace } from '../support/moving-face.ts';
import { residualMotion } from '../support/residual.ts';

const TEMPLATE = { leftEye: [39, 44], rightEye: [73, 44], nose: [56, 63], mouth: [56, 83] } as const;
const NAMES = ['leftEye', 'rightEye', 'nose', 'mouth'] as const;
const TARGET = NAMES.map((name) => ({ x: TEMPLATE[name][0], y: TEMPLATE[name][1] }));
/** 1.28 s, as far as a spotter looks back; the first 0.6 s, in which the crop settles, do not count. */
const WINDOW = 32;
const SETTLE = 15;

const residualOf = (shown: readonly ShownFace[], transforms: readonly Similarity[]) =>
  residualMotion(
    shown
      .slice(SETTLE)
      .map(({ landmarks }, i) => NAMES.map((name) => apply(transforms[i + SETTLE]!, landmarks[name]))),
    WINDOW,
  );

/** Residual landmark motion in the crop without and with registration, px. */
function measure(shown: readonly ShownFace[], landmarks: readonly Landmarks[]) {
  const registration = createRegistration(TEMPLATE, 112);
  const single = landmarks.map(
    (each) =>
      fitSimilarity(
        NAMES.map((name) => each[name]),
        TARGET,
      )!,
  );
  const found = shown.map(
    ({ image, box }, i) => registration.register(image, 1, keptBox(box), landmarks[i]!, i * HEAD_FRAME_MS)!,
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

const SWAY = { stepPx: 3, stepDeg: 1 };
const cases: readonly (readonly [string, HeadScene, number])[] = [
  ['a head that holds still', { film: 'steady-a', stepPx: 0, stepDeg: 0, acting: false, seed: 11 }, 0.1],
  ['another that holds still', { film: 'steady-b', stepPx: 0, stepDeg: 0, acting: false, seed: 12 }, 0.1],
  ['a head that sways', { film: 'steady-a', ...SWAY, acting: false, seed: 13 }, 0.25],
  ['another that sways', { film: 'steady-b', ...SWAY, acting: false, seed: 14 }, 0.25],
  ['one that sways, blinks and talks', { film: 'steady-b', ...SWAY, acting: true, seed: 15 }, 0.25],
  [
    'one that holds still, blinks and talks',
    { film: 'steady-a', stepPx: 0, stepDeg: 0, acting: true, seed: 16 },
    0.1,
  ],
  [
    'one that does it all, through H.264',
    { film: 'steady-a', ...SWAY, acting: true, crf: 26, seed: 17 },
    0.25,
  ],
];

/** What the full-range detector's landmarks tremble by at this size, px (test/bench/faces/registration.ts). */
const TREMBLE_PX = 1.2;

for (const [name, scene, mostPx] of cases)
  t.test(`${name}: at most ${mostPx} px of motion are left in the crop`, async (t) => {
    const shown = headScene(scene);
    const { before, after, estimated, resets } = measure(shown, tremble(shown, TREMBLE_PX, scene.seed + 100));
    t.comment(
      `seed ${scene.seed}: ${before.toFixed(3)} px by landmarks alone, ${after.toFixed(3)} px registered, estimated ${estimated.toFixed(3)} px`,
    );
    t.ok(after <= mostPx, `${after.toFixed(3)} px`);
    t.ok(after * 4 <= before, `four times less than ${before.toFixed(3)} px`);
    t.ok(estimated <= 0.25, 'the estimate does not cry wolf');
    t.equal(resets, 1, 'one beginning');
  });

t.test('a hand before the face gives no crop rather than a wrong one; then it begins anew', async (t) => {
  const shown = headScene({ film: 'steady-b', stepPx: 0, stepDeg: 0, acting: false, seed: 18 }).slice(0, 30);
  const registration = createRegistration(TEMPLATE, 112);
  const said = shown.map(({ image, box, landmarks }, i) => {
    const covered = i >= 10 && i < 20;
    if (covered) {
      const { widthPx, data } = image;
      for (let y = 0; y < image.heightPx; y++)
        for (let x = 0; x < widthPx; x++)
          data[y * widthPx + x] = 60 + 50 * ((x >> 3) & 1) + 50 * ((y >> 4) & 1);
    }
    return registration.register(image, 1, keptBox(box), landmarks, i * HEAD_FRAME_MS);
  });
  t.ok(said.slice(0, 10).every((each) => each !== undefined));
  t.ok(
    said.slice(10, 14).every((each) => each === undefined),
    'nobody knows',
  );
  t.ok(
    said.some((each, i) => i > 13 && each?.anew),
    'begun anew',
  );
});
