import t from 'tap';
import { keptBox } from '../../agent/domain/face.ts';
import { planarBytes, planesOf, type RawFrame } from '../../agent/domain/frame.ts';
import { type Box, grow } from '../../agent/domain/geometry.ts';
import { createRedactor } from '../../agent/redact/redact.ts';
import { permittedAt } from '../support/permitted.ts';
import { seeded } from '../support/random.ts';

const W = 320;
const H = 180;
const GREY = 128;

function frame(): RawFrame {
  const random = seeded(3);
  // Never grey, so that what is destroyed can be told from what is kept.
  const data = Uint8Array.from({ length: planarBytes(W, H) }, () => Math.floor(random() * 128));
  return { image: { widthPx: W, heightPx: H, data }, ptsMs: 0, arrivedMs: 0 } as unknown as RawFrame;
}

const face = (trackId: number, x: number) => permittedAt(trackId, { x, y: 60, width: 40, height: 40 });

const inside = ({ x, y, width, height }: Box, px: number, py: number, margin = 0) =>
  px >= x - margin && py >= y - margin && px + 1 <= x + width + margin && py + 1 <= y + height + margin;

t.test('a permitted face stays bit by bit, everything else is gone from the very same memory', async (t) => {
  const raw = frame();
  const before = raw.image.data.slice();
  const permitted = [face(1, 100)];
  const redacted = createRedactor().redact(raw, permitted, permitted);
  t.equal(redacted.image.data, raw.image.data, 'no copy of the raw frame is left');
  const kept = keptBox(permitted[0]!.box);
  const planes = planesOf(redacted.image);
  const was = planesOf({ widthPx: W, heightPx: H, data: before });
  for (const [i, plane] of planes.entries()) {
    const scale = i === 0 ? 1 : 2;
    let wrong = 0;
    for (const [at, value] of plane.entries()) {
      const x = (at % (W / scale)) * scale;
      const y = Math.floor(at / (W / scale)) * scale;
      // Cells of 2 x 2 pixels go whole, so a pixel at the edge may be gone already.
      if (inside(kept, x, y, -2) && value !== was[i]![at]) wrong++;
      if (!inside(kept, x, y) && value !== GREY) wrong++;
    }
    t.equal(wrong, 0, `plane ${i}`);
  }
});

t.test('a face that may not be seen wins over a permitted one beside it', async (t) => {
  const raw = frame();
  const before = raw.image.data.slice();
  const permitted = [face(1, 100)];
  const hidden = { ...face(2, 125), confirmed: false };
  const { image } = createRedactor().redact(raw, permitted, [...permitted, hidden]);
  const row = image.data.subarray(80 * W, 81 * W);
  const gone = grow(hidden.box, 1.5);
  t.ok(
    row.subarray(gone.x, gone.x + gone.width).every((value) => value === GREY),
    'what both claim is destroyed',
  );
  t.equal(row[105], before[80 * W + 105]);
});

t.test('nobody permitted, or nobody knows: grey from edge to edge', async (t) => {
  const nobody = frame();
  createRedactor().redact(nobody, [], []);
  t.ok(nobody.image.data.every((value) => value === GREY));
  const unsure = frame();
  createRedactor().redactWhole(unsure);
  t.ok(unsure.image.data.every((value) => value === GREY));
});

t.test('boxes that cannot be keep nothing, and hide everything', async (t) => {
  const good = face(1, 100);
  const odd: Box[] = [
    { x: Number.NaN, y: 0, width: 40, height: 40 },
    { x: 0, y: 0, width: Number.POSITIVE_INFINITY, height: 40 },
    { x: Number.NEGATIVE_INFINITY, y: 0, width: Number.POSITIVE_INFINITY, height: Number.POSITIVE_INFINITY },
    { x: 100, y: 100, width: -40, height: 40 },
    { x: -500, y: -500, width: 2000, height: 2000 },
  ];
  for (const box of odd) {
    const kept = frame();
    createRedactor().redact(kept, [permittedAt(2, box)], []);
    t.ok(
      kept.image.data.every((value) => value === GREY),
      `permitted: ${JSON.stringify(box)}`,
    );
    const hidden = frame();
    createRedactor().redact(hidden, [good], [good, permittedAt(2, box)]);
    t.ok(
      hidden.image.data.every((value) => value === GREY),
      `hidden: ${JSON.stringify(box)}`,
    );
  }
});

t.test('a face at the edge of the picture, and one outside of it', async (t) => {
  const raw = frame();
  const before = raw.image.data.slice();
  const edge = [permittedAt(1, { x: -10, y: -10, width: 40, height: 40 }), face(2, 400)];
  const { image } = createRedactor().redact(raw, edge, edge);
  t.equal(image.data[0], before[0]);
  t.equal(image.data[60], GREY);
  t.equal(image.data.filter((value) => value !== GREY).length < 0.05 * image.data.length, true);
});
