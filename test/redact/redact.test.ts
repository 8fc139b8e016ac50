import t from 'tap';
import type { PermittedFace } from '../../agent/domain/face.ts';
import { planarBytes, type RawFrame } from '../../agent/domain/frame.ts';
import { createRedactor } from '../../agent/redact/redact.ts';
import { seeded } from '../support/random.ts';

const W = 320;
const H = 180;

function frame(): RawFrame {
  const random = seeded(3);
  const data = Uint8Array.from({ length: planarBytes(W, H) }, () => Math.floor(random() * 256));
  return { image: { widthPx: W, heightPx: H, data }, ptsMs: 0, arrivedMs: 0 } as unknown as RawFrame;
}

const face = (trackId: number, x: number): PermittedFace => ({
  trackId,
  zoneId: 'z',
  box: { x, y: 60, width: 40, height: 40 },
  landmarks: { leftEye: { x, y: 0 }, rightEye: { x, y: 0 }, nose: { x, y: 0 }, mouth: { x, y: 0 } },
  detected: true,
  confirmed: true,
});

/** Distinct luma values in a block-aligned area; an untouched random area has many, a destroyed one a few per block. */
const values = (data: Uint8Array, x: number, y: number, size: number) => {
  const seen = new Set<number>();
  for (let j = y; j < y + size; j++) for (let i = x; i < x + size; i++) seen.add(data[j * W + i]!);
  return seen.size;
};

t.test('a permitted face stays bit by bit, everything else is gone from the very same memory', async (t) => {
  const raw = frame();
  const before = raw.image.data.slice();
  const permitted = [face(1, 100)];
  const redacted = createRedactor().redact(raw, permitted, permitted);
  t.equal(redacted.image.data, raw.image.data, 'no copy of the raw frame is left');
  const { data } = redacted.image;
  for (let y = 60; y < 100; y++)
    if (!data.subarray(y * W + 100, y * W + 140).every((value, i) => value === before[y * W + 100 + i]))
      t.fail(`row ${y} of the face has changed`);
  t.equal(values(data, 0, 0, 16), 1);
  t.equal(values(data, 240, 160, 16), 1);
  // Count pixels that survived by more than chance, luma and chroma, outside what is kept around the face.
  let same = 0;
  let outside = 0;
  for (let y = 0; y < H; y++)
    for (let x = 0; x < W; x++)
      if (x < 94 || x >= 146 || y < 54 || y >= 106) {
        outside++;
        if (data[y * W + x] === before[y * W + x]) same++;
      }
  t.ok(same / outside < 0.02, `${same} of ${outside}`);
});

t.test('a face that may not be seen wins over a permitted one beside it', async (t) => {
  const raw = frame();
  const before = raw.image.data.slice();
  const permitted = [face(1, 100)];
  const hidden = { ...face(2, 125), confirmed: false };
  const { image } = createRedactor().redact(raw, permitted, [...permitted, hidden]);
  const row = image.data.subarray(80 * W, 81 * W);
  t.ok(
    row.subarray(116, 160).filter((value, i) => value === before[80 * W + 116 + i]).length <= 3,
    'what both claim is destroyed',
  );
  t.equal(row[105], before[80 * W + 105]);
});

t.test('nobody permitted: nothing is left; unsure: grey from edge to edge', async (t) => {
  const raw = frame();
  createRedactor().redact(raw, [], []);
  t.ok(values(raw.image.data, 96, 48, 16) <= 4);
  const unsure = frame();
  createRedactor().redactWhole(unsure);
  t.ok(unsure.image.data.every((value) => value === 128));
});
