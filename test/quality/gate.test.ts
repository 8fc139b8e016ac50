import t from 'tap';
import type { TrackedFace } from '../../agent/domain/face.ts';
import { createQualityGate } from '../../agent/quality/gate.ts';

const face = (height: number): TrackedFace => ({
  trackId: 1,
  box: { x: 0, y: 0, width: height * 0.8, height },
  landmarks: {
    leftEye: { x: 1, y: 1 },
    rightEye: { x: 2, y: 1 },
    nose: { x: 1.5, y: 2 },
    mouth: { x: 1.5, y: 3 },
  },
  detected: true,
  confirmed: true,
});

const at = (fps: number, frames = 60) => {
  const gate = createQualityGate({ minFps: 15, minFaceHeightPx: 64 });
  for (let i = 0; i < frames; i++) gate.frame((i * 1000) / fps);
  return gate;
};

t.test('the frame rate is measured, and too low a one is refused and counted', async (t) => {
  t.ok(Math.abs(at(25).fps() - 25) < 0.5);
  t.ok(at(25).qualifies(face(100)));
  t.ok(at(14.9).qualifies(face(100)), 'a 15 fps camera that delivers 14.9');
  const slow = at(10);
  t.notOk(slow.qualifies(face(100)));
  t.same(slow.faceFrames(), { counted: 0, 'frame-rate': 1, 'face-height': 0 });
  t.same(slow.faceFrames(), { counted: 0, 'frame-rate': 0, 'face-height': 0 }, 'told once');
});

t.test('small faces are refused and counted', async (t) => {
  const gate = at(25);
  t.notOk(gate.qualifies(face(63)));
  t.same(gate.faceFrames(), { counted: 0, 'frame-rate': 0, 'face-height': 1 });
});

t.test('nothing qualifies before the rate is known, nor after time has jumped', async (t) => {
  t.notOk(at(25, 5).qualifies(face(100)));
  const gate = at(25);
  gate.frame(1_000_000);
  t.notOk(gate.qualifies(face(100)));
});
