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
  t.equal(track([], 1200).length, 0);
  t.equal(track([face(100)], 1240)[0]!.trackId, 3);
  t.equal(track([face(100)], 10)[0]!.trackId, 4, 'time went back');
});
