import t from 'tap';
import { createRegistration } from '../../agent/align/registration.ts';
import { keptBox } from '../../agent/domain/face.ts';
import type { PlanarImage } from '../../agent/domain/frame.ts';
import type { Box } from '../../agent/domain/geometry.ts';
import { HEAD_FRAME_MS, type HeadScene, headScene } from '../support/head-scenes.ts';
import { TEMPLATE } from '../support/registered.ts';

const STILL = { stepPx: 0, stepDeg: 0 };

/** Something grey with an edge and a shadow, as bright as the wall, over a part of a box. */
function held(image: PlanarImage, { x, y, width, height }: Box): void {
  for (let row = Math.round(y); row < y + height; row++)
    for (let column = Math.round(x); column < x + width; column++)
      image.data[row * image.widthPx + column] = (row - y) / height < 0.2 ? 215 : 40 + ((column >> 2) & 15);
}

/** What registration measures in each picture of a scene. */
function measured(scene: HeadScene, before: (image: PlanarImage, box: Box, i: number) => void = () => {}) {
  const registration = createRegistration(TEMPLATE, 112);
  return headScene(scene).map(({ image, box, landmarks }, i) => {
    before(image, box, i);
    return registration.register(image, 1, keptBox(box), landmarks, i * HEAD_FRAME_MS);
  });
}

t.test('what comes before the chin is seen while it comes, and is a part of the face later', async (t) => {
  const scene: HeadScene = { film: 'steady-a', ...STILL, acting: false, seed: 31 };
  const found = measured(scene, (image, { x, y, width, height }, i) => {
    if (i >= 20)
      held(image, { x: x + 0.2 * width, y: y + 0.75 * height, width: 0.6 * width, height: height / 4 });
  }).map((each) => each?.coveredShare ?? 0);
  t.comment(`seed ${scene.seed}: ${found.map((share) => share.toFixed(2)).join(' ')}`);
  t.ok(Math.max(...found.slice(0, 20)) < 0.01, 'nothing before it came');
  t.ok(Math.min(...found.slice(20, 26)) > 0.06, 'told for a quarter of a second at least');
  t.ok(found.at(-1)! < found[20]! / 2, 'then it fades');
});

for (const scene of [
  { film: 'steady-a', ...STILL, acting: true, seed: 32 },
  { film: 'steady-b', ...STILL, acting: true, crf: 26, seed: 33 },
  { film: 'steady-b', stepPx: 3, stepDeg: 1, acting: true, seed: 34 },
] satisfies HeadScene[])
  t.test(`a face that blinks and talks is not covered (${scene.film}, seed ${scene.seed})`, async (t) => {
    const most = Math.max(...measured(scene).map((each) => each?.coveredShare ?? 0));
    t.ok(most < 0.05, `${most.toFixed(3)} at most`);
  });

t.test('light that changes covers nothing', async (t) => {
  const most = Math.max(
    ...measured({ film: 'steady-b', ...STILL, acting: false, seed: 35 }, (image, _, i) => {
      if (i >= 20)
        for (let k = 0; k < image.widthPx * image.heightPx; k++)
          image.data[k] = Math.min(235, 16 + (image.data[k]! - 16) * 1.3 + 8);
    }).map((each) => each?.coveredShare ?? 0),
  );
  t.ok(most < 0.03, `${most.toFixed(3)} at most`);
});

t.test('the way of the head is told, whatever of it registration takes out', async (t) => {
  const way = (scene: HeadScene) => measured(scene).map((each) => each?.shiftPx ?? 0);
  const still = way({ film: 'steady-a', ...STILL, acting: true, seed: 36 });
  const swaying = way({ film: 'steady-a', stepPx: 3, stepDeg: 1, acting: true, seed: 37 });
  t.ok(Math.max(...still) < 0.5, `${Math.max(...still).toFixed(2)} px for a head that holds still`);
  t.ok(Math.max(...swaying) > 5, `${Math.max(...swaying).toFixed(2)} px for one that sways by 3 px a frame`);
});
