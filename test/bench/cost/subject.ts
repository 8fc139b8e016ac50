import type { Bench } from './figure.ts';
import type { FilmSpec } from './films.ts';

/** What is measured unless a row says otherwise: a camera of 1080p25, analysed at the size that is the default. */
export const ANALYSIS = { widthPx: 960, heightPx: 540 };
const FILM_1080P: Omit<FilmSpec, 'faces'> = {
  layout: 'scene',
  widthPx: 1920,
  heightPx: 1080,
  fps: 25,
  frames: 250,
};

/** The scene with 1 or 3 faces. In the quick form it is small and short. */
export const filmOf = ({ quick }: Pick<Bench, 'quick'>, faces: 1 | 3): FilmSpec =>
  quick ? { ...FILM_1080P, faces, widthPx: 480, heightPx: 270, frames: 26 } : { ...FILM_1080P, faces };
