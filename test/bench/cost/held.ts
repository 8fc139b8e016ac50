import { picturesOf } from '../../support/film.ts';

export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface HeldPicture {
  readonly data: Uint8Array;
  readonly ptsMs: number;
}

/** The first pictures of a film as the decoder hands them on, kept: they come from no camera. */
export async function hold(film: string, size: Size, count: number): Promise<HeldPicture[]> {
  const held: HeldPicture[] = [];
  for await (const { frame, release } of picturesOf(film, size)) {
    held.push({ data: frame.image.data.slice(), ptsMs: frame.ptsMs });
    release();
    if (held.length === count) break;
  }
  return held;
}
