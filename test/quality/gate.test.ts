import t from 'tap';
import type { PermittedFace } from '../../agent/domain/face.ts';
import { asFaceCrop, type FaceCrop } from '../../agent/domain/frame.ts';
import { noFaceFrames } from '../../agent/domain/quality.ts';
import { createQualityGate } from '../../agent/quality/gate.ts';
import { gaussian, seeded } from '../support/random.ts';

const SEED = 20261125;
const SIZE_PX = 112;
const LIMITS = {
  minFps: 15,
  minFaceHeightPx: 64,
  maxYawDeg: 30,
  maxPitchDeg: 30,
  minContrast: 20,
  maxClipped: 0.3,
  maxBlur: 0.75,
  maxMotionPx: 1.2,
  maxShiftPx: 5,
  maxCovered: 0.06,
};
t.comment(`seed ${SEED}`);

const face = (heightPx = 100, noseShift = 0, trackId = 1): PermittedFace => ({
  trackId,
  zoneId: 'press',
  box: { x: 0, y: 0, width: heightPx * 0.8, height: heightPx },
  landmarks: {
    leftEye: { x: 39, y: 44 },
    rightEye: { x: 73, y: 44 },
    nose: { x: 56 + noseShift, y: 62 },
    mouth: { x: 56, y: 79 },
  },
  detected: true,
  confirmed: true,
});

/** A crop of coarse and fine detail about a level. */
function crop(
  level = 128,
  swing = 40,
  {
    finestPx = 2,
    ...measured
  }: { finestPx?: number } & Pick<FaceCrop, 'residualPx' | 'shiftPx' | 'coveredShare'> = {},
): FaceCrop {
  const random = seeded(SEED);
  const rgb = new Uint8Array(SIZE_PX * SIZE_PX * 3);
  const cells = Array.from({ length: SIZE_PX ** 2 }, () => gaussian(random) / 2);
  for (let y = 0; y < SIZE_PX; y++)
    for (let x = 0; x < SIZE_PX; x++) {
      const cell = cells[Math.floor(y / finestPx) * SIZE_PX + Math.floor(x / finestPx)]!;
      const grey = level + swing * (Math.sin(x / 9) * Math.cos(y / 11) + cell / 2);
      rgb.fill(Math.max(0, Math.min(255, grey)), 3 * (y * SIZE_PX + x), 3 * (y * SIZE_PX + x) + 3);
    }
  return asFaceCrop({ trackId: 1, ptsMs: 0, sizePx: SIZE_PX, rgb, ...measured });
}

const at = (fps: number, frames = 60) => {
  const gate = createQualityGate(LIMITS, SIZE_PX);
  for (let i = 0; i < frames; i++) gate.frame((i * 1000) / fps);
  return gate;
};
const judged = (given: PermittedFace, shown: FaceCrop | undefined, gate = at(25)) => {
  const good = gate.pass([given], shown === undefined ? [] : [shown]);
  const verdict = gate.verdict(given.trackId);
  t.equal(good.faces.length, verdict === 'counted' ? 1 : 0);
  t.equal(good.crops.length, good.faces.length);
  t.same(gate.faceFrames(), { ...noFaceFrames(), [verdict!]: 1 }, `${verdict}, counted once`);
  t.same(gate.faceFrames(), noFaceFrames(), 'and told once');
  return verdict;
};

t.test('each fault has its own reason', async (t) => {
  t.equal(judged(face(), crop()), 'counted');
  t.equal(judged(face(), crop(), at(10)), 'frame-rate');
  t.equal(judged(face(), crop(), at(14.9)), 'counted', 'a 15 fps camera that delivers 14.9');
  t.equal(judged(face(63), crop()), 'face-height');
  t.equal(judged(face(100, 17), crop()), 'pose');
  t.equal(judged(face(), undefined), 'motion', 'registration found no hold');
  t.equal(judged(face(), crop(128, 40, { residualPx: 1.3 })), 'motion');
  t.equal(judged(face(), crop(128, 40, { residualPx: 1.1 })), 'counted');
  t.equal(judged(face(), crop(128, 40, { shiftPx: 5.1 })), 'motion');
  t.equal(judged(face(), crop(128, 40, { shiftPx: 4.9 })), 'counted');
  t.equal(judged(face(), crop(128, 40, { coveredShare: 0.07 })), 'hidden');
  t.equal(judged(face(), crop(128, 40, { coveredShare: 0.05 })), 'counted');
  t.equal(judged(face(), crop(128, 4)), 'exposure', 'no contrast');
  t.equal(judged(face(), crop(250, 40)), 'exposure', 'washed out');
  t.equal(judged(face(), crop(4, 40)), 'exposure', 'black');
  t.equal(judged(face(), crop(45, 20)), 'counted', 'dark skin is no fault');
  t.equal(judged(face(), crop(128, 40, { finestPx: 16 })), 'counted', 'hard edges are sharp');
});

t.test('a refused crop is overwritten, a good one is not', async (t) => {
  const [refused, good] = [crop(128, 4), crop()];
  at(25).pass([face()], [refused]);
  at(25).pass([face()], [good]);
  t.ok(refused.rgb.every((value) => value === 0));
  t.ok(good.rgb.some((value) => value !== 0));
});

t.test('nothing qualifies before the rate is known, nor after time has jumped', async (t) => {
  t.equal(judged(face(), crop(), at(25, 5)), 'frame-rate');
  const gate = at(25);
  gate.frame(1_000_000);
  t.equal(judged(face(), crop(), gate), 'frame-rate');
});

t.test('a face that is missed in half of the pictures is hidden; a new one is not', async (t) => {
  const gate = createQualityGate(LIMITS, SIZE_PX);
  for (let i = 0; i < 50; i++) {
    gate.frame(i * 40);
    if (i % 2 === 0) gate.pass([face()], [crop()]);
    if (i === 49) gate.pass([face(100, 0, 2)], [{ ...crop(), trackId: 2 }]);
  }
  t.equal(gate.verdict(1), 'hidden');
  t.equal(gate.verdict(2), 'counted');
  gate.keepOnly(new Set([2]));
  t.equal(gate.verdict(1), undefined, 'forgotten with its track');
});
