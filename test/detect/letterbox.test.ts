import t from 'tap';
import { createLetterbox } from '../../agent/detect/letterbox.ts';
import { planarBytes } from '../../agent/domain/frame.ts';
import { seeded } from '../support/random.ts';

const SEED = Number(process.env.SEED ?? 20261125);
t.comment(`seed ${SEED}`);
const random = seeded(SEED);
const even = (low: number, high: number) => 2 * Math.round((low + (high - low) * random()) / 2);

/** Black frame with a white square. */
function spotted(widthPx: number, heightPx: number, x: number, y: number, side: number) {
  const data = new Uint8Array(planarBytes(widthPx, heightPx)).fill(128);
  data.fill(16, 0, widthPx * heightPx);
  for (let row = y; row < y + side; row++) data.fill(235, row * widthPx + x, row * widthPx + x + side);
  return { widthPx, heightPx, data };
}

t.test('what is found in the input lies where the scale says in the source', async (t) => {
  let worst = 0;
  for (let round = 0; round < 60; round++) {
    const [widthPx, heightPx] = [even(160, 1920), even(120, 1080)];
    const longSidePx = random() < 0.5 ? 128 : 512;
    const side = Math.ceil((6 * Math.max(widthPx, heightPx)) / longSidePx);
    if (side * 2 > Math.min(widthPx, heightPx)) continue;
    const x = Math.floor(random() * (widthPx - side));
    const y = Math.floor(random() * (heightPx - side));
    const letterbox = createLetterbox({ widthPx, heightPx }, longSidePx, {
      gain: 1,
      offset: 0,
      order: 'rgb',
    });
    const input = letterbox.fit(spotted(widthPx, heightPx, x, y, side));
    let [sum, sumX, sumY] = [0, 0, 0];
    for (let row = 0; row < input.heightPx; row++)
      for (let column = 0; column < input.widthPx; column++) {
        const value = input.data[row * input.widthPx + column]!;
        sum += value;
        sumX += value * (column + 0.5);
        sumY += value * (row + 0.5);
      }
    const [foundX, foundY] = [sumX / sum / input.scale, sumY / sum / input.scale];
    const off = Math.hypot(foundX - (x + side / 2), foundY - (y + side / 2)) * input.scale;
    worst = Math.max(worst, off);
    if (off > 1) t.fail(`${off.toFixed(2)} input px off for ${widthPx}x${heightPx} at ${longSidePx}`);
  }
  t.ok(worst <= 1, `${worst.toFixed(2)} px of the input at most`);
});

t.test('what is beyond the picture is black, and nothing of it is left after a wipe', async (t) => {
  for (let round = 0; round < 20; round++) {
    const [widthPx, heightPx] = [even(160, 800), even(120, 800)];
    const offset = -1;
    const letterbox = createLetterbox({ widthPx, heightPx }, 128, { gain: 1 / 127.5, offset, order: 'bgr' });
    const white = new Uint8Array(planarBytes(widthPx, heightPx)).fill(128).fill(235, 0, widthPx * heightPx);
    const input = letterbox.fit({ widthPx, heightPx, data: white });
    const [width, height] = [Math.round(widthPx * input.scale), Math.round(heightPx * input.scale)];
    t.equal(input.widthPx % 32, 0);
    t.equal(input.heightPx % 32, 0);
    const area = input.widthPx * input.heightPx;
    for (let i = 0; i < 3 * area; i++) {
      const at = i % area;
      const inside = at % input.widthPx < width && Math.floor(at / input.widthPx) < height;
      if (Math.abs(input.data[i]! - (inside ? 1 : offset)) > 1e-3) {
        t.fail(`${input.data[i]} at ${i} of ${widthPx}x${heightPx}`);
        break;
      }
    }
    letterbox.wipe();
    t.ok(input.data.every((value) => value === offset));
  }
});
