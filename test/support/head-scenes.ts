import type { Landmarks } from '../../agent/domain/face.ts';
import { mapLandmarks } from '../../agent/domain/face.ts';
import { throughH264 } from './h264.ts';
import type { Motion } from './motion.ts';
import { sway } from './motion.ts';
import { createStage, type ShownFace } from './moving-face.ts';
import { gaussian, seeded } from './random.ts';
import { readSteady } from './steady-film.ts';

export const HEAD_SIZE = { widthPx: 480, heightPx: 270 } as const;
export const HEAD_FRAMES = 60;
export const HEAD_FRAME_MS = 40;

export interface HeadScene {
  readonly film: 'steady-a' | 'steady-b';
  /** Most motion from frame to frame: translation in px at a face of 120 px, rotation in degrees. */
  readonly stepPx: number;
  readonly stepDeg: number;
  /** The face blinks, talks and shows a micro-expression meanwhile. */
  readonly acting: boolean;
  /** Through H.264 at this rate factor. */
  readonly crf?: number;
  readonly colour?: boolean;
  readonly seed: number;
}

/** A face of 120 px before a wall, 25 frames a second, sensor noise of 2 levels, and where its skull truly is. */
export function headScene({ film, stepPx, stepDeg, acting, crf, colour, seed }: HeadScene): ShownFace[] {
  const shot = { ...HEAD_SIZE, facePx: 120, noise: 2, seed, ...(colour === undefined ? {} : { colour }) };
  const stage = createStage(readSteady(film), shot);
  const still: Motion = { x: 0, y: 0, turnDeg: 0 };
  const motion =
    stepPx > 0 ? sway(HEAD_FRAMES, stepPx, stepDeg, seed) : new Array<Motion>(HEAD_FRAMES).fill(still);
  // The film's last 60 frames have everything that it has.
  const shown = motion.map((place, i) => stage(acting ? i + 12 : 0, place));
  if (crf === undefined) return shown;
  const images = throughH264(
    shown.map(({ image }) => image),
    crf,
  );
  return shown.map((each, i) => ({ ...each, image: images[i]! }));
}

/** Landmarks as a detector sees them, `noisePx` off. */
export function tremble(shown: readonly ShownFace[], noisePx: number, seed: number): Landmarks[] {
  const random = seeded(seed);
  const off = (value: number) => value + noisePx * gaussian(random);
  return shown.map(({ landmarks }) => mapLandmarks(landmarks, ({ x, y }) => ({ x: off(x), y: off(y) })));
}
