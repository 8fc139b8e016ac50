import t from 'tap';
import { blurOf } from '../../agent/quality/blur.ts';
import { exposureOf } from '../../agent/quality/exposure.ts';
import { ovalOf } from '../../agent/quality/oval.ts';
import { gaussian, seeded } from '../support/random.ts';

const SEED = 20261125;
const SIZE = 112;
const inside = ovalOf(SIZE);
t.comment(`seed ${SEED}`);

/** Random blocks of a few pixels: edges of every strength. */
function blocks(contrast: number): Float32Array {
  const random = seeded(SEED);
  const values = Array.from({ length: (SIZE / 4) ** 2 }, () => gaussian(random));
  return Float32Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
    return 128 + contrast * values[(y >> 2) * (SIZE / 4) + (x >> 2)]!;
  });
}

/** Box blurs along one axis or both; three of them are close to a Gaussian. */
function blurred(image: Float32Array, radiusPx: number, axes: readonly ('x' | 'y')[]): Float32Array {
  let from = image;
  for (let pass = 0; pass < 3; pass++)
    for (const axis of axes) {
      const before = from;
      from = before.map((_, i) => {
        let sum = 0;
        for (let k = -radiusPx; k <= radiusPx; k++) {
          const x = Math.max(0, Math.min(SIZE - 1, (i % SIZE) + (axis === 'x' ? k : 0)));
          const y = Math.max(0, Math.min(SIZE - 1, Math.floor(i / SIZE) + (axis === 'y' ? k : 0)));
          sum += before[y * SIZE + x]!;
        }
        return sum / (2 * radiusPx + 1);
      });
    }
  return from;
}

t.test('the more blurred, the higher, between 0 and 1, whatever the contrast', async (t) => {
  const steps = [0, 1, 2, 3].map((radius) =>
    radius === 0 ? blocks(30) : blurred(blocks(30), radius, ['x', 'y']),
  );
  const values = steps.map((image) => blurOf(image, SIZE, inside));
  for (const [i, value] of values.entries()) t.ok(value > (values[i - 1] ?? 0) && value < 1, `${value}`);
  t.ok(values[0]! < 0.55 && values[3]! > 0.75, values.join(' '));
  t.ok(Math.abs(blurOf(blocks(3), SIZE, inside) - values[0]!) < 0.01);
});

t.test('a smear along either axis counts as much', async (t) => {
  const [along, down] = (['x', 'y'] as const).map((axis) =>
    blurOf(blurred(blocks(30), 4, [axis]), SIZE, inside),
  );
  t.ok(along! > 0.75 && down! > 0.75, `${along} ${down}`);
});

t.test('noise does not make a blurred face sharp', async (t) => {
  const random = seeded(SEED + 1);
  const noisy = blurred(blocks(30), 3, ['x', 'y']).map((value) => value + 0.5 * gaussian(random));
  t.ok(blurOf(noisy, SIZE, inside) > 0.65);
});

t.test('a picture of one colour is as blurred as can be, and without contrast', async (t) => {
  const flat = new Float32Array(SIZE * SIZE).fill(90);
  t.equal(blurOf(flat, SIZE, inside), 1);
  t.same(exposureOf(flat, inside), { contrast: 0, clipped: 0 });
  t.same(exposureOf(new Float32Array(SIZE * SIZE), inside), { contrast: 0, clipped: 1 });
});

t.test('contrast and clipping are of the face alone', async (t) => {
  const image = Float32Array.from({ length: SIZE * SIZE }, (_, i) =>
    inside[i] === 0 ? 255 : i % 2 === 0 ? 60 : 160,
  );
  t.same(exposureOf(image, inside), { contrast: 100, clipped: 0 });
});
