import t from 'tap';
import { kernelTable } from '../../agent/align/kernel.ts';
import { Pool } from '../../agent/align/pool.ts';
import { createResampler } from '../../agent/align/resample.ts';
import { apply, invert, type Similarity } from '../../agent/align/similarity.ts';
import { python, pythonsWith } from '../support/python.ts';
import { seeded } from '../support/random.ts';

const SEED = Number(process.env.SEED ?? 20261125);
t.comment(`seed ${SEED}`);
const random = seeded(SEED);
const between = (low: number, high: number) => low + (high - low) * random();

const SIDE = 32;
const [WIDTH, HEIGHT] = [90, 70];
const plane = (value: (x: number, y: number) => number, width = WIDTH, height = HEIGHT) => ({
  data: Uint8Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))),
  width,
  height,
});
const about = (scale: number, turn: number, x: number, y: number): Similarity => {
  const [a, b] = [scale * Math.cos(turn), scale * Math.sin(turn)];
  const middle = apply({ a, b, tx: 0, ty: 0 }, { x: SIDE / 2, y: SIDE / 2 });
  return { a, b, tx: x - middle.x, ty: y - middle.y };
};

t.test('the weights of a place sum to one, and their centre of mass is the place', async (t) => {
  for (const width of [1, 1.18, 2, 3.7]) {
    const { reach, taps, phases, weights } = kernelTable(width);
    for (let phase = 0; phase <= phases; phase++) {
      const row = weights.subarray(phase * taps, (phase + 1) * taps);
      const sum = row.reduce((total, weight) => total + weight, 0);
      const centre = row.reduce((total, weight, k) => total + weight * (phase / phases + k - reach), 0);
      if (Math.abs(sum - 1) > 1e-6 || Math.abs(centre) > 0.02)
        t.fail(`${width}, ${phase}: ${sum}, ${centre}`);
    }
  }
});

t.test('at every angle and size a dot lands where the similarity says, with its light', async (t) => {
  for (let round = 0; round < 20; round++) {
    const toPlane = about(between(0.6, 6), between(-Math.PI, Math.PI), between(250, 350), between(250, 350));
    const at = apply(toPlane, { x: between(12, 20), y: between(12, 20) });
    const scale = Math.hypot(toPlane.a, toPlane.b);
    const radius = 3 * scale;
    const dot = plane(
      (x, y) => 200 * Math.exp(-(((x + 0.5 - at.x) ** 2 + (y + 0.5 - at.y) ** 2) / radius ** 2)),
      600,
      600,
    );
    const into = new Float32Array(SIDE * SIDE);
    createResampler(SIDE).resample(dot, toPlane, into);
    const wanted = apply(invert(toPlane), at);
    let [light, x, y] = [0, 0, 0];
    into.forEach((value, i) => {
      light += value;
      x += value * ((i % SIDE) + 0.5);
      y += value * (Math.floor(i / SIDE) + 0.5);
    });
    const all = dot.data.reduce((sum, value) => sum + value, 0) / scale ** 2;
    if (Math.hypot(x / light - wanted.x, y / light - wanted.y) > 0.05 || Math.abs(light / all - 1) > 0.02)
      t.fail(`${JSON.stringify(toPlane)}: ${x / light}, ${y / light} for ${wanted.x}, ${wanted.y}`);
  }
});

t.test('how a grating meets the pixels does not change what is shown of it', async (t) => {
  // Waves of 3 pixels, which move through all phases: about the finest that a lens and a codec leave of skin.
  for (const scale of [0.7, 1, 1.18, 1.9, 3]) {
    const bumps = plane((x) => 128 + 60 * Math.sin((2 * Math.PI * x) / (3 * Math.max(1, scale))));
    const strengths = Array.from({ length: 12 }, (_, i) => {
      const into = new Float32Array(SIDE * SIDE);
      createResampler(SIDE).resample(bumps, about(scale, 0, 45 + i / 7, 35), into);
      const middle = into.filter((_, k) => k % SIDE > 8 && k % SIDE < 23 && k > 9 * SIDE && k < 23 * SIDE);
      const mean = middle.reduce((sum, value) => sum + value, 0) / middle.length;
      return Math.sqrt(middle.reduce((sum, value) => sum + (value - mean) ** 2, 0) / middle.length);
    });
    const [least, most] = [Math.min(...strengths), Math.max(...strengths)];
    t.ok(
      most - least < 0.12 * most,
      `${scale}: contrast of ${least.toFixed(1)} to ${most.toFixed(1)} levels`,
    );
  }
});

t.test('beyond the plane its edge is repeated', async (t) => {
  const into = new Float32Array(SIDE * SIDE);
  createResampler(SIDE).resample(
    plane((x) => (x === 0 ? 40 : 90)),
    about(1, 0, -100, 500),
    into,
  );
  t.ok(into.every((value) => Math.abs(value - 40) < 1e-3));
});

t.test('memory that was used is overwritten, also when it grows', async (t) => {
  const pool = new Pool();
  const small = pool.take(10).fill(7);
  const large = pool.take(20).fill(7);
  t.ok(small.every((value) => value === 0));
  pool.wipe();
  t.ok(large.every((value) => value === 0));
});

const [command] = await pythonsWith('numpy');
t.test(
  'the training code cuts the same crops',
  command === undefined ? { skip: 'no Python here has NumPy (Debian: python3-numpy)' } : {},
  async (t) => {
    const ways = [
      about(0.6, 0.1, 40, 30),
      about(1.18, -0.3, 45, 35),
      about(2.4, 2, 50, 30),
      about(4.6, -1.4, 20, 60),
    ];
    const script = `
import json, sys
import numpy as np
from micron_bert.faces.similarity import Similarity
from micron_bert.faces.warp import warp
y, x = np.mgrid[0:${HEIGHT}, 0:${WIDTH}]
image = ((x * 37 + y * 101 + x * y) % 256).astype(np.uint8)[..., None].repeat(3, 2)
ways = json.loads(sys.argv[1])
print(json.dumps([warp(image, Similarity(*way), ${SIDE})[..., 0].ravel().tolist() for way in ways]))`;
    const numbers = JSON.stringify(ways.map(({ a, b, tx, ty }) => [a, b, tx, ty]));
    const { stdout } = await python(command!, ['-c', script, numbers]);
    const noise = plane((x, y) => (x * 37 + y * 101 + x * y) % 256);
    (JSON.parse(stdout) as number[][]).forEach((theirs, i) => {
      const into = new Float32Array(SIDE * SIDE);
      createResampler(SIDE).resample(noise, ways[i]!, into);
      const worst = into.reduce(
        (most, value, k) => Math.max(most, Math.abs(Math.max(0, Math.min(255, value)) - theirs[k]!)),
        0,
      );
      t.ok(worst <= 0.51, `${worst.toFixed(3)} levels, half of one by rounding`);
    });
  },
);
