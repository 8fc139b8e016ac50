import { fitSimilarity, invert, type Similarity } from '../../../agent/align/similarity.ts';
import { createWarp } from '../../../agent/align/warp.ts';
import type { PlanarImage } from '../../../agent/domain/frame.ts';
import { lumaOf, ovalOf } from '../../../agent/quality/oval.ts';
import { sway } from '../../support/motion.ts';
import { createStage, type ShownFace } from '../../support/moving-face.ts';
import { TEMPLATE } from '../../support/registered.ts';
import { readSteady } from '../../support/steady-film.ts';
import { bilinearWarp } from './bilinear.ts';
import type { Part, Row } from './row.ts';

const SIZE_PX = 112;
const FRAMES = 48;
const FACES_PX = [60, 90, 120, 240] as const;
const NAMES = ['leftEye', 'rightEye', 'nose', 'mouth'] as const;
const ROUNDS = 8;

/** Grey levels by which a pixel of the face changes about its mean while nothing but the head moves, root mean square. */
function flickerOf(crops: readonly Uint8Array[]): number {
  const inside = ovalOf(SIZE_PX);
  const lumas = crops.map((rgb) => {
    const luma = new Float32Array(SIZE_PX * SIZE_PX);
    lumaOf({ rgb, sizePx: SIZE_PX }, luma);
    return luma;
  });
  let [squared, count] = [0, 0];
  inside.forEach((is, i) => {
    if (is === 0) return;
    const mean = lumas.reduce((sum, luma) => sum + luma[i]!, 0) / lumas.length;
    squared += lumas.reduce((sum, luma) => sum + (luma[i]! - mean) ** 2, 0);
    count += lumas.length;
  });
  return Math.sqrt(squared / count);
}

/**
 * What the crop's resampling costs, and how much of a swaying head's motion it leaves as flicker when the crop follows the
 * skull exactly: rendered faces without sensor noise and codec.
 */
export const warping: Part = async ({ note }) => {
  const rows: Row[] = [];
  const film = readSteady('steady-a');
  const target = NAMES.map((name) => ({ x: TEMPLATE[name][0], y: TEMPLATE[name][1] }));
  for (const facePx of FACES_PX) {
    note(`warp: faces of ${facePx} px`);
    const stage = createStage(film, { widthPx: 640, heightPx: 400, facePx, noise: 0, seed: 5, colour: true });
    const shown: (ShownFace & { toImage: Similarity })[] = sway(FRAMES, (3 * facePx) / 120, 1, 6).map(
      (place) => {
        const face = stage(0, place);
        return {
          ...face,
          toImage: invert(
            fitSimilarity(
              NAMES.map((name) => face.landmarks[name]),
              target,
            )!,
          ),
        };
      },
    );
    const shipped = createWarp(SIZE_PX);
    const ways: readonly (readonly [string, (image: PlanarImage, toImage: Similarity) => Uint8Array])[] = [
      ['n x n bilinear', (image, toImage) => bilinearWarp(image, toImage, SIZE_PX)],
      ['cubic as wide as a pixel, in two passes', shipped.cut],
    ];
    for (const [name, cut] of ways) {
      const crops = shown.map(({ image, toImage }) => cut(image, toImage));
      const took = process.cpuUsage();
      for (let round = 0; round < ROUNDS; round++)
        for (const { image, toImage } of shown) cut(image, toImage);
      const { user, system } = process.cpuUsage(took);
      const row = (metric: string, value: number, unit: string) =>
        rows.push({ group: 'warp', case: `synthetic, ${facePx} px, ${name}`, metric, value, unit });
      row('flicker', flickerOf(crops), 'levels');
      row('processor time', (user + system) / 1000 / (ROUNDS * FRAMES), 'ms a face');
    }
  }
  return rows;
};
