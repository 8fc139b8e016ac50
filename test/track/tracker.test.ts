import t from 'tap';
import type { DetectedFace } from '../../agent/domain/face.ts';
import { createTracker } from '../../agent/track/tracker.ts';

const face = (x: number, y = 100, size = 60): DetectedFace => ({
  box: { x, y, width: size, height: size },
  score: 0.9,
  landmarks: {
    leftEye: { x: x + 15, y: y + 20 },
    rightEye: { x: x + 45, y: y + 20 },
    nose: { x: x + 30, y: y + 35 },
    mouth: { x: x + 30, y: y + 48 },
  },
});

t.test('two faces that pass each other keep their ids', async (t) => {
  const { track } = createTracker();
  let tracks = track([face(100, 100), face(400, 160)], 0);
  for (let i = 1; i <= 25; i++) tracks = track([face(400 - i * 12, 160), face(100 + i * 12, 100)], i * 40);
  t.same(
    tracks.map(({ trackId, confirmed }) => ({ trackId, confirmed })),
    [
      { trackId: 1, confirmed: true },
      { trackId: 2, confirmed: true },
    ],
  );
  t.ok(tracks[0]!.box.x > 350, 'the one that went right is on the right');
});

t.test('a missed detection is bridged by prediction, and says so', async (t) => {
  const { track } = createTracker();
  for (let i = 0; i < 20; i++) track([face(100 + i * 5)], i * 40);
  const [bridged] = track([], 800);
  t.equal(bridged!.detected, false);
  t.ok(Math.abs(bridged!.box.x - 200) < 4, `predicted ${bridged!.box.x}`);
  t.ok(Math.abs(bridged!.landmarks.nose.x - 230) < 6);
  t.equal(track([face(205)], 840)[0]!.trackId, 1);
});

t.test('a flicker is never confirmed; a long absence and a jump of time make somebody new', async (t) => {
  const { track } = createTracker();
  t.equal(track([face(100)], 0)[0]!.confirmed, false);
  t.same(track([], 40), []);
  for (let i = 2; i < 8; i++) track([face(100)], i * 40);
  t.equal(track([], 400).length, 1);
  t.equal(track([], 800).length, 0, 'nobody is said to be anywhere for longer than half a second');
  t.equal(track([face(100)], 1000)[0]!.trackId, 2, 'but waited for');
  for (let ms = 1040; ms < 2100; ms += 40) track([], ms);
  t.equal(track([face(100)], 2120)[0]!.trackId, 3);
  t.equal(track([face(100)], 10)[0]!.trackId, 4, 'time went back');
});

t.test('what is weak goes on with a confirmed track, and neither begins nor confirms one', async (t) => {
  const weak = (x: number): DetectedFace => ({ ...face(x), score: 0.35 });
  const { track } = createTracker();
  t.same(track([weak(100)], 0), []);
  track([face(100)], 40);
  t.same(track([weak(100)], 80), [], 'a hand that looked like a face once');
  for (let i = 3; i < 6; i++) track([face(100)], i * 40);
  t.match(track([weak(100)], 240), [{ trackId: 2, detected: true, confirmed: true }]);
});

t.test('asking where everybody should be changes nothing; a cut ends every track', async (t) => {
  const { track, expect, end } = createTracker();
  for (let i = 0; i < 10; i++) track([face(100 + i * 5)], i * 40);
  const [ahead] = expect(400);
  t.same(expect(400), [ahead]);
  t.ok(Math.abs(ahead!.box.x - 150) < 4, `expected at ${ahead!.box.x}`);
  t.equal(ahead!.confirmed, true);
  t.same(expect(5_000), [], 'nothing is known after a gap');
  end();
  t.same(expect(400), []);
  t.equal(track([face(150)], 400)[0]!.trackId, 2);
});

t.test('at eight frames per second a face is found beside its predicted box', async (t) => {
  const { track } = createTracker();
  // It stands, then walks off at one and a half face heights a second.
  for (let i = 0; i < 8; i++) track([face(100)], i * 125);
  const ids = [12, 26, 45, 70].map((dx, i) => track([face(100 + 4 * dx)], (8 + i) * 125)[0]!.trackId);
  t.same(ids, [1, 1, 1, 1]);
});

t.test('three sure detections confirm a face, of doubtful ones it takes more', async (t) => {
  const framesToConfirm = (score: number) => {
    const { track } = createTracker();
    for (let i = 0; i < 100; i++) if (track([{ ...face(100), score }], i * 40)[0]!.confirmed) return i + 1;
    return undefined;
  };
  t.equal(framesToConfirm(0.9), 3);
  t.equal(framesToConfirm(0.6), 5);
  t.ok((framesToConfirm(0.53) ?? 100) > 12, 'the back of a head');
});
