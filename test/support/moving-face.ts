import { apply, compose, IDENTITY, type Similarity } from '../../agent/align/similarity.ts';
import { type Landmarks, mapLandmarks } from '../../agent/domain/face.ts';
import { type PlanarImage, planarBytes } from '../../agent/domain/frame.ts';
import type { Box } from '../../agent/domain/geometry.ts';
import type { Motion } from './motion.ts';
import { gaussian, seeded } from './random.ts';
import { resample } from './resample.ts';
import type { SteadyFilm } from './steady-film.ts';

export interface Shot {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Height of the face in the picture, px. */
  readonly facePx: number;
  /** Standard deviation of sensor noise, levels. */
  readonly noise: number;
  readonly seed: number;
  /** Default: luma alone, which is all that registration looks at. */
  readonly colour?: boolean;
}

export interface ShownFace {
  readonly image: PlanarImage;
  /** True places of the skull. */
  readonly landmarks: Landmarks;
  readonly box: Box;
}

/** Film frame and head motion in, camera picture and truth out. The background stays where it is. */
export function createStage(
  film: SteadyFilm,
  { widthPx, heightPx, facePx, noise, seed, colour: inColour = false }: Shot,
) {
  const random = seeded(seed);
  const scale = facePx / film.box.height;
  const centre = { x: film.box.x + film.box.width / 2, y: film.box.y + film.box.height / 2 };
  const planes = [
    {
      of: 'y',
      width: widthPx,
      height: heightPx,
      base: 16,
      back: wall(widthPx, heightPx, seeded(99), 90, 30),
    },
    {
      of: 'u',
      width: widthPx / 2,
      height: heightPx / 2,
      base: 128,
      back: wall(widthPx / 2, heightPx / 2, seeded(98), 0, 8),
    },
    {
      of: 'v',
      width: widthPx / 2,
      height: heightPx / 2,
      base: 128,
      back: wall(widthPx / 2, heightPx / 2, seeded(97), 0, 8),
    },
  ] as const;
  const part = planes.map(({ back }) => ({
    colour: new Float32Array(back.length),
    cover: new Float32Array(back.length),
  }));

  return (frame: number, motion: Motion): ShownFace => {
    const turned: Similarity = (() => {
      const angle = (motion.turnDeg * Math.PI) / 180;
      const [a, b] = [
        scale * (motion.zoom ?? 1) * Math.cos(angle),
        scale * (motion.zoom ?? 1) * Math.sin(angle),
      ];
      const [x, y] = [widthPx / 2 + motion.x, heightPx / 2 + motion.y];
      return { a, b, tx: x - a * centre.x + b * centre.y, ty: y - b * centre.x - a * centre.y };
    })();
    const shown = film.frames[frame]!;
    const data = new Uint8Array(planarBytes(widthPx, heightPx));
    let start = 0;
    const corners = [0, film.frames[0]!.y.side].flatMap((x) =>
      [0, film.frames[0]!.y.side].map((y) => apply(turned, { x, y })),
    );
    planes.forEach(({ of, width, height, base, back }, n) => {
      if (n > 0 && !inColour) {
        data.fill(128, start, start + back.length);
        start += back.length;
        return;
      }
      // Coordinates count from the corner, so a plane of half the size has them halved.
      const layer = shown[of];
      const share = width / widthPx;
      const inFilm = film.frames[0]!.y.side / layer.side;
      const map = compose({ ...IDENTITY, a: share }, compose(turned, { ...IDENTITY, a: inFilm }));
      const cover = compose({ ...IDENTITY, a: share }, turned);
      const xs = corners.map(({ x }) => x * share);
      const ys = corners.map(({ y }) => y * share);
      const box = {
        x: Math.min(...xs),
        y: Math.min(...ys),
        width: Math.max(...xs) - Math.min(...xs),
        height,
      };
      const { colour, cover: alpha } = part[n]!;
      colour.fill(0);
      alpha.fill(0);
      resample(layer, map, colour, width, height, box);
      resample(shown.alpha, cover, alpha, width, height, box);
      for (let i = 0; i < back.length; i++) {
        const value = base + colour[i]! + (1 - Math.min(1, Math.max(0, alpha[i]! / 219))) * back[i]!;
        data[start + i] = Math.min(
          255,
          Math.max(0, value + noise * (n === 0 ? 1 : 0.7) * gaussian(random) + 0.5),
        );
      }
      start += back.length;
    });
    const box = film.box;
    const [p, q] = [
      apply(turned, { x: box.x, y: box.y }),
      apply(turned, { x: box.x + box.width, y: box.y + box.height }),
    ];
    const size = scale * box.height;
    const middle = { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 };
    return {
      image: { widthPx, heightPx, data },
      landmarks: mapLandmarks(film.landmarks, (point) => apply(turned, point)),
      box: {
        x: middle.x - (scale * box.width) / 2,
        y: middle.y - size / 2,
        width: scale * box.width,
        height: size,
      },
    };
  };
}

/** A wall with something on it: waves of several lengths and a few bars. */
function wall(
  width: number,
  height: number,
  random: () => number,
  grey: number,
  contrast: number,
): Float32Array {
  const waves = Array.from({ length: 6 }, () => ({
    fx: (random() - 0.5) * 0.5,
    fy: (random() - 0.5) * 0.5,
    phase: 7 * random(),
  }));
  const out = new Float32Array(width * height);
  for (let i = 0; i < out.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const texture = waves.reduce((sum, w) => sum + Math.sin(w.fx * x + w.fy * y + w.phase), 0);
    out[i] = grey + contrast * (0.3 * texture + (((x / width) * 9) % 1) - 0.5);
  }
  return out;
}
