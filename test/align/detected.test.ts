import t from 'tap';
import { openFaceNetwork } from '../bench/faces/open.ts';
import { followed } from '../support/detected.ts';
import { HEAD_FRAMES, headScene } from '../support/head-scenes.ts';
import { measureRegistration, REGISTRATION_CASES } from '../support/registered.ts';

/**
 * The same heads as in registration.test.ts, but found and followed by the detector and the tracker that ship. Rendering
 * takes its time, so a quick run has one head that holds still and one that does everything; `npm run test:disturbed` has
 * all.
 */
const QUICK = ['a head that holds still', 'one that does it all, through H.264'];
const isLong = process.env.MICRON_EDGE_DISTURBED === 'long';
const session = await openFaceNetwork();

for (const [name, scene, mostPx] of REGISTRATION_CASES)
  if (isLong || QUICK.includes(name))
    t.test(`${name}, as the detector sees it: at most ${mostPx} px are left in the crop`, async (t) => {
      const seen = await followed(session, headScene({ ...scene, colour: true }));
      t.ok(seen.length > HEAD_FRAMES - 5, 'confirmed within the first pictures');
      t.equal(new Set(seen.map(({ face }) => face.trackId)).size, 1, 'one track');
      const { before, after, estimated, resets } = measureRegistration(
        seen.map(({ shown }) => shown),
        seen.map(({ face }) => face.landmarks),
        seen.map(({ face }) => face.box),
      );
      t.comment(
        `seed ${scene.seed}: ${before.toFixed(3)} px by the detector's landmarks alone, ${after.toFixed(3)} px registered, estimated ${estimated.toFixed(3)} px`,
      );
      t.ok(after <= mostPx, `${after.toFixed(3)} px`);
      t.ok(after * 4 <= before, `four times less than ${before.toFixed(3)} px`);
      t.ok(estimated <= 0.25, 'the estimate does not cry wolf');
      t.equal(resets, 1, 'one beginning');
    });
