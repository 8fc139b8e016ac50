import t from 'tap';
import type { PermittedFace } from '../../agent/domain/face.ts';
import { type PlanarImage, planarBytes, planesOf, type RawFrame } from '../../agent/domain/frame.ts';
import { createMasker, MASK } from '../../agent/redact/mask.ts';
import { createRedactor, FILL } from '../../agent/redact/redact.ts';
import { permittedAt } from '../support/permitted.ts';
import { seeded } from '../support/random.ts';

const SIZE = { widthPx: 120, heightPx: 80 };
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

const FACE = permittedAt(7, { x: 40, y: 30, width: 20, height: 20 });

function noise(random: () => number, ptsMs = 0): RawFrame {
  const data = Uint8Array.from({ length: planarBytes(SIZE.widthPx, SIZE.heightPx) }, () =>
    Math.floor(random() * 256),
  );
  const image: PlanarImage = { ...SIZE, data };
  return { image, ptsMs, arrivedMs: 0 } as unknown as RawFrame;
}

/** Redacts and masks frame after frame, as the pipeline does. */
function path() {
  const { redact } = createRedactor();
  const mask = createMasker();
  return (frame: RawFrame, permitted: readonly PermittedFace[]) =>
    mask(redact(frame, permitted, permitted), permitted);
}

t.test(`what comes out depends on the boxes and on no pixel, seed ${SEED}`, async (t) => {
  const random = seeded(SEED);
  const between = (low: number, high: number) => low + random() * (high - low);
  const [one, other] = [path(), path()];
  for (let round = 0; round < 200; round++) {
    const faces = Array.from({ length: Math.floor(random() * 4) }, (_, i) =>
      permittedAt(i + Math.floor(random() * 3), {
        x: between(-30, 130),
        y: between(-30, 90),
        width: between(1, 150),
        height: between(1, 100),
      }),
    );
    const first = one(noise(random, round * 40), faces);
    const second = other(noise(random, round * 40), faces);
    if (!Buffer.from(first.image.data).equals(second.image.data)) {
      t.fail(`round ${round}: ${JSON.stringify(faces.map(({ box }) => box))}`);
      return;
    }
    const values = new Set(first.image.data);
    values.delete(FILL);
    values.delete(MASK);
    t.equal(values.size, 0, 'two values and no other');
  }
});

t.test('a mask is larger than what redaction leaves of the face', async (t) => {
  const { image, masks } = path()(noise(seeded(1)), [FACE]);
  const [luma] = planesOf(image);
  t.same(masks[0]!.area, { x: 35, y: 25, width: 30, height: 30 });
  t.same(masks[0]!.face, FACE.box);
  const at = (x: number, y: number) => luma[y * SIZE.widthPx + x];
  t.same([at(34, 40), at(35, 40), at(64, 40), at(65, 40)], [FILL, MASK, MASK, FILL]);
});

t.test('a mask stays over frames in which the face is missed, and not for ever', async (t) => {
  const show = path();
  const random = seeded(2);
  t.equal(show(noise(random, 0), [FACE]).masks[0]!.held, false);
  const missed = show(noise(random, 900), []);
  t.equal(missed.masks[0]!.held, true);
  t.ok(new Set(missed.image.data).has(MASK), 'it is painted');
  t.equal(show(noise(random, 1000), []).masks.length, 1);
  t.equal(show(noise(random, 1040), []).masks.length, 0);
});

t.test('a mask moves with its face', async (t) => {
  const show = path();
  show(noise(seeded(3), 0), [FACE]);
  const moved = { ...FACE, box: { ...FACE.box, x: 60 } };
  const { masks } = show(noise(seeded(3), 40), [moved]);
  t.same(
    masks.map(({ area, held }) => [area.x, held]),
    [[55, false]],
  );
});

t.test('after another connection nothing is held', async (t) => {
  const show = path();
  show(noise(seeded(4), 5_000), [FACE]);
  t.same(show(noise(seeded(4), 10), []).masks, []);
});

t.test('a box of a broken detector shows nothing', async (t) => {
  for (const x of [Number.NaN, Number.POSITIVE_INFINITY, -1e9]) {
    const { image } = path()(noise(seeded(5)), [permittedAt(1, { x, y: 0, width: 10, height: 10 })]);
    t.same(new Set(image.data), new Set([FILL]), `x ${x}`);
  }
});

t.test('where the detector is unsure nothing is left at all', async (t) => {
  const { image, masks, unsure } = createRedactor().redactWhole(noise(seeded(6)));
  t.same(new Set(image.data), new Set([FILL]));
  t.same(masks, []);
  t.equal(unsure, true);
});
