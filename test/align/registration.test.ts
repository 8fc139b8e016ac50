import t from 'tap';
import { createRegistration } from '../../agent/align/registration.ts';
import { keptBox } from '../../agent/domain/face.ts';
import { HEAD_FRAME_MS, headScene, tremble } from '../support/head-scenes.ts';
import { measureRegistration, REGISTRATION_CASES, TEMPLATE, TREMBLE_PX } from '../support/registered.ts';

for (const [name, scene, mostPx] of REGISTRATION_CASES)
  t.test(`${name}: at most ${mostPx} px of motion are left in the crop`, async (t) => {
    const shown = headScene(scene);
    const { before, after, estimated, resets } = measureRegistration(
      shown,
      tremble(shown, TREMBLE_PX, scene.seed + 100),
    );
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
