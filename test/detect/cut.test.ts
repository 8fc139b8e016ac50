import { join } from 'node:path';
import t from 'tap';
import { createCutDetector } from '../../agent/detect/cut.ts';
import { type PlanarImage, planarBytes } from '../../agent/domain/frame.ts';
import { ROOT } from '../../agent/installation.ts';
import { picturesOf } from '../support/film.ts';

const SIZE = { widthPx: 960, heightPx: 540 };
const copyOf = (image: PlanarImage): PlanarImage => ({ ...image, data: image.data.slice() });

async function take(scene: string, count: number): Promise<PlanarImage[]> {
  const images: PlanarImage[] = [];
  for await (const { frame } of picturesOf(join(ROOT, `test/scene/${scene}.mp4`), SIZE)) {
    images.push(copyOf(frame.image));
    if (images.length === count) break;
  }
  return images;
}

/** The image with each value of its brightness as `to` makes it of the value at a place. */
function relit(image: PlanarImage, to: (value: number, x: number) => number): PlanarImage {
  const lit = copyOf(image);
  for (let i = 0; i < SIZE.widthPx * SIZE.heightPx; i++)
    lit.data[i] = Math.max(16, Math.min(235, to(image.data[i]!, i % SIZE.widthPx)));
  return lit;
}

/** As a camera sees it that was turned by so many pixels. */
function turned(image: PlanarImage, px: number): PlanarImage {
  const copy = copyOf(image);
  for (let y = 0; y < SIZE.heightPx; y++)
    for (let x = 0; x < SIZE.widthPx; x++)
      copy.data[y * SIZE.widthPx + x] = image.data[y * SIZE.widthPx + Math.min(SIZE.widthPx - 1, x + px)]!;
  return copy;
}

const flat = (value: number): PlanarImage => ({
  ...SIZE,
  data: new Uint8Array(planarBytes(SIZE.widthPx, SIZE.heightPx)).fill(value),
});

t.test('a film without a cut has none; another room is one', async (t) => {
  const [a, b] = [await take('plant-a', 60), await take('plant-b', 60)];
  const isCut = createCutDetector();
  const cuts = [...a, ...b, ...a].flatMap((image, frame) => (isCut(image) ? [frame] : []));
  t.same(cuts, [60, 120]);
});

t.test('light that goes on, off or half off in one frame is no cut; a turned camera is', async (t) => {
  for (const scene of ['plant-a', 'plant-b']) {
    const [first, second] = (await take(scene, 2)) as [PlanarImage, PlanarImage];
    const after = (image: PlanarImage) => {
      const isCut = createCutDetector();
      isCut(first);
      return isCut(image);
    };
    const lights: Record<string, (value: number, x: number) => number> = {
      'a third of the light': (value) => 16 + (value - 16) / 3,
      'overexposed by half': (value) => 16 + (value - 16) * 1.5,
      'a gamma of 0.5': (value) => 16 + 219 * Math.sqrt(Math.max(0, value - 16) / 219),
      'a lamp on the left': (value, x) => value + (x < 480 ? 70 : 0),
      'the lamp on the left off': (value, x) => (x < 480 ? 16 + (value - 16) / 3 : value),
    };
    for (const [name, to] of Object.entries(lights))
      t.equal(after(relit(second, to)), false, `${scene}: ${name}`);
    t.equal(after(turned(second, 12)), false, `${scene}: a knock at the pole`);
    t.equal(after(turned(second, 96)), true, `${scene}: turned by a tenth of the picture`);
    t.equal(after(flat(16)), true, `${scene}: covered`);
  }
});

t.test('pictures without anything in them are no cuts of each other', async (t) => {
  const isCut = createCutDetector();
  t.same([flat(16), flat(16), flat(200), flat(16)].map(isCut), [false, false, false, false]);
});
