import t from 'tap';
import { apply, compose, IDENTITY, invert, type Similarity } from '../../agent/align/similarity.ts';
import { createWarp } from '../../agent/align/warp.ts';
import { type PlanarImage, planarBytes } from '../../agent/domain/frame.ts';
import { seeded } from '../support/random.ts';

const SEED = Number(process.env.SEED ?? 20261125);
t.comment(`seed ${SEED}`);
const random = seeded(SEED);
const between = (low: number, high: number) => low + (high - low) * random();

const similarity = (scale: number, turn: number, tx: number, ty: number): Similarity => ({
  a: scale * Math.cos(turn),
  b: scale * Math.sin(turn),
  tx,
  ty,
});
const warp = (image: PlanarImage, toImage: Similarity, sizePx: number) =>
  createWarp(sizePx).cut(image, toImage);
const anySimilarity = () =>
  similarity(between(0.2, 5), between(-3, 3), between(-200, 200), between(-200, 200));

/** Luma of a grey picture at pixel centres, 16 to 235. */
function grey(widthPx: number, heightPx: number, luma: (x: number, y: number) => number): PlanarImage {
  const data = new Uint8Array(planarBytes(widthPx, heightPx)).fill(128);
  for (let row = 0; row < heightPx; row++)
    for (let column = 0; column < widthPx; column++)
      data[row * widthPx + column] = Math.round(luma(column + 0.5, row + 0.5));
  return { widthPx, heightPx, data };
}

t.test('similarities are a group', async (t) => {
  for (let round = 0; round < 500; round++) {
    const [f, g, h] = [anySimilarity(), anySimilarity(), anySimilarity()];
    const point = { x: between(-100, 100), y: between(-100, 100) };
    const same = (what: string, one: Similarity, other: Similarity) => {
      const [p, q] = [apply(one, point), apply(other, point)];
      if (Math.hypot(p.x - q.x, p.y - q.y) > 1e-6 * (1 + Math.hypot(p.x, p.y))) t.fail(what);
    };
    same('grouping does not matter', compose(compose(f, g), h), compose(f, compose(g, h)));
    same('nothing before changes nothing', compose(f, IDENTITY), f);
    same('nothing after changes nothing', compose(IDENTITY, f), f);
    same('an inverse undoes what came before', compose(invert(f), f), IDENTITY);
    same('and what comes after', compose(f, invert(f)), IDENTITY);
    const [stepwise, atOnce] = [apply(f, apply(g, point)), apply(compose(f, g), point)];
    if (Math.hypot(stepwise.x - atOnce.x, stepwise.y - atOnce.y) > 1e-6 * (1 + Math.hypot(stepwise.x)))
      t.fail('the inner one comes first');
  }
});

t.test('a warp shows each place where the transform says, pixel centres included', async (t) => {
  const ramp = (x: number, y: number) => 30 + 0.5 * x + 0.25 * y;
  const image = grey(240, 200, ramp);
  let worst = 0;
  for (let round = 0; round < 40; round++) {
    const transform = similarity(between(0.5, 3), between(-0.6, 0.6), between(60, 120), between(60, 100));
    const rgb = warp(image, transform, 32);
    for (let row = 0; row < 32; row++)
      for (let column = 0; column < 32; column++) {
        const { x, y } = apply(transform, { x: column + 0.5, y: row + 0.5 });
        if (x < 4 || y < 4 || x > 236 || y > 196) continue;
        const expected = ((ramp(x, y) - 16) * 255) / 219;
        worst = Math.max(worst, Math.abs(rgb[(row * 32 + column) * 3]! - expected));
      }
  }
  t.ok(worst <= 1.2, `${worst.toFixed(2)} levels of 255: rounding of the picture and of the crop`);
});

t.test('a warp of a warp is the warp by both', async (t) => {
  const waves = (x: number, y: number) =>
    125 + 50 * Math.sin(x / 17 + y / 29) + 40 * Math.cos(y / 13 - x / 31);
  const image = grey(320, 320, waves);
  let worst = 0;
  for (let round = 0; round < 20; round++) {
    const first = similarity(between(0.9, 1.4), between(-0.4, 0.4), between(60, 110), between(60, 110));
    const second = similarity(between(0.8, 1.1), between(-0.2, 0.2), between(14, 24), between(14, 24));
    const crop = warp(image, first, 112);
    const cropped = grey(112, 112, (x, y) => {
      const value = crop[(Math.floor(y) * 112 + Math.floor(x)) * 3]!;
      return 16 + (value * 219) / 255;
    });
    const twice = warp(cropped, second, 64);
    const once = warp(image, compose(first, second), 64);
    for (let row = 0; row < 64; row++)
      for (let column = 0; column < 64; column++) {
        const inner = apply(second, { x: column + 0.5, y: row + 0.5 });
        const outer = apply(first, inner);
        if (Math.min(inner.x, inner.y) < 3 || Math.max(inner.x, inner.y) > 109) continue;
        if (Math.min(outer.x, outer.y) < 3 || Math.max(outer.x, outer.y) > 317) continue;
        const at = (row * 64 + column) * 3;
        worst = Math.max(worst, Math.abs(twice[at]! - once[at]!));
      }
  }
  t.ok(worst <= 4, `${worst} levels of 255 at most, which bilinear sampling of these waves may cost`);
});
