import t from 'tap';
import { flickerOf } from '../../agent/assess/flicker.ts';
import { gaussian, seeded } from '../support/random.ts';

/** Brightness of twelve bands under lamps on 50 Hz mains, through a rolling shutter that takes 20 ms for a picture. */
function lit({
  fps,
  percent,
  seed,
  seconds = 20,
}: {
  fps: number;
  percent: number;
  seed: number;
  seconds?: number;
}) {
  const random = seeded(seed);
  let drift = 0;
  return Array.from({ length: Math.round(fps * seconds) }, (_, i) => {
    // People who come and go, and clouds.
    drift += 0.15 * gaussian(random) - 0.02 * drift;
    return Array.from({ length: 12 }, (_, band) => {
      const s = i / fps + (0.02 * band) / 12;
      return 110 * (1 + (percent / 100) * Math.sin(2 * Math.PI * 100 * s)) + drift + 0.2 * gaussian(random);
    });
  });
}

t.test('lamps that flicker, by the beat of mains and frame rate', async (t) => {
  const seed = Date.now() % 1e9;
  t.comment(`seed ${seed}`);
  for (const [fps, hz] of [
    [30, 10],
    [24, 4],
    [15, 5],
  ] as const)
    for (const percent of [2, 6]) {
      const found = flickerOf(lit({ fps, percent, seed }), fps)!;
      t.ok(
        Math.abs(found.percent - percent) < 0.25 * percent,
        `${percent} % at ${fps}: ${found.percent.toFixed(2)}`,
      );
      t.ok(Math.abs(found.hz - hz) < 0.4, `${found.hz.toFixed(1)} Hz, true ${hz}`);
    }
});

t.test('no flicker is none, and a few pictures say nothing', async (t) => {
  const seed = Date.now() % 1e9;
  t.comment(`seed ${seed}`);
  const found = flickerOf(lit({ fps: 25, percent: 0, seed }), 25)!;
  t.ok(found.percent < 0.5, `${found.percent.toFixed(2)} %`);
  t.equal(flickerOf(lit({ fps: 25, percent: 5, seed, seconds: 4 }), 25), undefined);
  t.equal(flickerOf(lit({ fps: 25, percent: 5, seed }), 0), undefined);
});
