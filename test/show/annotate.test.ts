import t from 'tap';
import { type Mask, type MaskedFrame, planarBytes, planesOf } from '../../agent/domain/frame.ts';
import { annotate, type Notes } from '../../agent/show/annotate.ts';
import { write } from '../../agent/show/lettering.ts';

const SIZE = { widthPx: 120, heightPx: 80 };
const grey = () => ({ ...SIZE, data: new Uint8Array(planarBytes(SIZE.widthPx, SIZE.heightPx)).fill(128) });
const INK = { y: 235, u: 10, v: 20 };

/** The luma of a picture as text: "#" where there is ink. */
const seen = (image: ReturnType<typeof grey>, columns: number, rows: number) =>
  Array.from({ length: rows }, (_, y) =>
    Array.from({ length: columns }, (_, x) =>
      planesOf(image)[0][y * SIZE.widthPx + x] === INK.y ? '#' : '.',
    ).join(''),
  );

t.test('letters are what they should be, small ones as capitals', async (t) => {
  const image = grey();
  write(image, 'k4', { leftPx: 0, topPx: 0 }, 1, INK);
  t.same(seen(image, 11, 7), [
    '#...#....#.',
    '#..#....##.',
    '#.#....#.#.',
    '##....#..#.',
    '#.#...#####',
    '#..#.....#.',
    '#...#....#.',
  ]);
});

t.test('what does not fit is cut off, what has no glyph is a space', async (t) => {
  const image = grey();
  write(image, 'W'.repeat(60), { leftPx: -7, topPx: 76 }, 2, INK);
  write(image, 'W', { leftPx: 119, topPx: -5 }, 3, INK);
  t.equal(image.data.length, planarBytes(SIZE.widthPx, SIZE.heightPx));
  const blank = grey();
  write(blank, '{}<>', { leftPx: 0, topPx: 0 }, 1, INK);
  t.same(blank, grey());
});

t.test('every face has its height and what was said of it, wherever it is', async (t) => {
  const mask = (trackId: number, held: boolean, x: number, y: number): Mask => ({
    trackId,
    held,
    face: { x, y, width: 20, height: 20 },
    area: { x: x - 5, y: y - 5, width: 30, height: 30 },
  });
  const verdicts = new Map([
    [1, 'counted'],
    [2, 'face-height'],
  ]);
  const notes: Notes = { verdict: (trackId) => verdicts.get(trackId), fps: 14.96 };
  const pictureOf = (masks: Mask[], unsure = false) => {
    const frame = { image: grey(), masks, unsure, ptsMs: 0, arrivedMs: 0 } as unknown as MaskedFrame;
    annotate(frame, notes);
    return Buffer.from(frame.image.data).toString('latin1');
  };
  const at = { x: 40, y: 20 };
  const pictures = [
    pictureOf([]),
    pictureOf([], true),
    pictureOf([mask(1, false, at.x, at.y)]),
    pictureOf([mask(2, false, at.x, at.y)]),
    pictureOf([mask(3, false, at.x, at.y)]),
    pictureOf([mask(1, true, at.x, at.y)]),
    pictureOf([mask(1, false, -200, 300)]),
  ];
  t.equal(new Set(pictures).size, pictures.length, 'all look different');
});
