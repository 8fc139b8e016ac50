import t from 'tap';
import { createAligner } from '../../agent/align/aligner.ts';
import { Shutter } from '../../agent/assess/shutter.ts';
import type { PermittedFace } from '../../agent/domain/face.ts';
import { asRawFrame, type PlanarImage } from '../../agent/domain/frame.ts';
import { createRedactor } from '../../agent/redact/redact.ts';
import { createStage } from '../support/moving-face.ts';
import { TEMPLATE } from '../support/registered.ts';
import { readSteady, type SteadyFilm } from '../support/steady-film.ts';

const INTERVAL_MS = 40;
const SIZE = { widthPx: 320, heightPx: 200 };
const STEPS = 6;

/** Positions: stands, moves at `speed` px a picture, stands, comes back, and again. */
function* walk(speed: number): Generator<{ from: number; to: number }> {
  let x = -20;
  for (let round = 0; round < 1; round++)
    for (const direction of [1, -1]) {
      for (let i = 0; i < 4; i++) yield { from: x, to: x };
      for (let i = 0; i < 8; i++) {
        yield { from: x, to: x + direction * speed };
        x += direction * speed;
      }
    }
}

/** Exposure time that is found when the shutter is open for `share` of the interval. */
function found(share: number, film: SteadyFilm, noise: number): number | undefined {
  const stage = createStage(film, { ...SIZE, facePx: 140, noise: 0, seed: 5 });
  const shutter = new Shutter(112);
  const aligner = createAligner(TEMPLATE, 112);
  const { redact } = createRedactor();
  let seed = 1;
  let n = 0;
  for (const { from, to } of walk(5)) {
    const shots = Array.from({ length: from === to ? 1 : STEPS }, (_, k) =>
      stage(0, { x: from + share * (to - from) * ((k + 0.5) / STEPS), y: 0, turnDeg: 0 }),
    );
    const data = new Uint8Array(shots[0]!.image.data.length);
    data.forEach((_, i) => {
      seed = (seed * 1664525 + 1013904223) % 4294967296;
      const mean = shots.reduce((sum, { image }) => sum + image.data[i]!, 0) / shots.length;
      data[i] = Math.max(0, Math.min(255, Math.round(mean + noise * (seed / 2147483648 - 1))));
    });
    const image: PlanarImage = { ...SIZE, data };
    const { landmarks, box } = shots[shots.length >> 1]!;
    const face: PermittedFace = { trackId: 1, box, landmarks, detected: true, confirmed: true, zoneId: 'z' };
    const frame = redact(asRawFrame(image, { ptsMs: n * INTERVAL_MS, arrivedMs: 0 }), [face], [face]);
    const [crop] = aligner.align(frame, [face], () => {});
    const { leftEye, rightEye } = landmarks;
    const perPx = 34 / Math.hypot(rightEye.x - leftEye.x, rightEye.y - leftEye.y);
    const middle = { x: (leftEye.x + rightEye.x) / 2, y: (leftEye.y + rightEye.y) / 2 };
    if (crop !== undefined) shutter.see(crop, middle, perPx, INTERVAL_MS);
    n++;
  }
  return shutter.openMs(INTERVAL_MS);
}

t.test('exposure time from how a moving face is smeared', async (t) => {
  for (const [name, share] of [
    ['steady-a', 0.1],
    ['steady-a', 0.8],
    ['steady-b', 0.4],
  ] as const) {
    const openMs = found(share, readSteady(name), 2);
    const trueMs = share * INTERVAL_MS;
    t.ok(
      openMs !== undefined && Math.abs(openMs - trueMs) < 6,
      `${name}: ${trueMs} ms, found ${openMs?.toFixed(1)}`,
    );
  }
});
