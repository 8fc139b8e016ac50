import t from 'tap';
import { planarBytes, planesOf, type RawFrame } from '../../agent/domain/frame.ts';
import { contains } from '../../agent/domain/geometry.ts';
import { createVeil } from '../../agent/redact/veil.ts';

const W = 320;
const H = 180;

const frame = (): RawFrame =>
  ({
    image: { widthPx: W, heightPx: H, data: new Uint8Array(planarBytes(W, H)).fill(7) },
    ptsMs: 0,
    arrivedMs: 0,
  }) as unknown as RawFrame;

const TRIANGLE: [number, number][] = [
  [0.1, 0.2],
  [0.6, 0.3],
  [0.3, 0.9],
];
const CORNER: [number, number][] = [
  [0.8, 0.8],
  [1, 0.8],
  [1, 1],
  [0.8, 1],
];

t.test('every pixel of an opt-out area is gone, in all three planes, and few around it', async (t) => {
  const raw = frame();
  createVeil([TRIANGLE, CORNER], W, H)(raw);
  const polygons = [TRIANGLE, CORNER].map((corners) => corners.map(([x, y]) => ({ x: x * W, y: y * H })));
  for (const [i, plane] of planesOf(raw.image).entries()) {
    const scale = i === 0 ? 1 : 2;
    let left = 0;
    let gone = 0;
    let inside = 0;
    for (const [at, value] of plane.entries()) {
      const x = ((at % (W / scale)) + 0.5) * scale;
      const y = (Math.floor(at / (W / scale)) + 0.5) * scale;
      const isInside = polygons.some((polygon) => contains(polygon, { x, y }));
      if (isInside) inside++;
      if (isInside && value !== 128) left++;
      if (value === 128) gone++;
    }
    t.equal(left, 0, `plane ${i}`);
    t.ok(gone >= inside && gone < inside * 1.15, `plane ${i}: ${gone} for ${inside}`);
  }
});

t.test('without such areas a frame stays as it is', async (t) => {
  const raw = frame();
  createVeil([], W, H)(raw);
  t.ok(raw.image.data.every((value) => value === 7));
});
