import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanarImage, RawFrame } from '../../../agent/domain/frame.ts';
import type { Graph } from '../../../agent/inference/session.ts';
import { createTracker } from '../../../agent/track/tracker.ts';
import { picturesOf } from '../../support/film.ts';
import { detectorOf } from './open.ts';
import { asFrame, copyOf } from './picture.ts';

/** Whole clips of ../shared/data/real/clips in which one person signs. */
export const signingClips = (realFolder: string): string[] =>
  readdirSync(join(realFolder, 'clips'))
    .filter((name) => name.startsWith('asl-'))
    .map((name) => join(realFolder, 'clips', name));

/** Clips in which no face can be seen: things on a table, and people from behind. */
export const FACELESS = [
  { name: 'bottle-detection.mp4', widthPx: 640, heightPx: 360 },
  { name: 'one-by-one-person-detection.mp4', widthPx: 768, heightPx: 432 },
] as const;

/** How the faces of a clip are followed: frames of the clip, and those in which each confirmed track was seen. */
export async function follow(
  session: Graph,
  path: string,
  size: { readonly widthPx: number; readonly heightPx: number },
): Promise<{ frames: number; tracks: number[] }> {
  const detect = detectorOf(session, size);
  const tracker = createTracker();
  const seen = new Map<number, number>();
  let frames = 0;
  for await (const { frame } of picturesOf(path, size)) {
    frames++;
    const faces = await detect(frame, tracker.expect(frame.ptsMs));
    for (const { trackId, confirmed, detected } of tracker.track(faces, frame.ptsMs))
      if (confirmed && detected) seen.set(trackId, (seen.get(trackId) ?? 0) + 1);
  }
  return { frames, tracks: [...seen.values()].sort((a, b) => b - a) };
}

/** A film that is shorter than this is shown forth and back until so much has been seen: a face must first set its zero. */
const AT_LEAST_MS = 24_000;

/** The pictures of a short clip, forth and back, again and again; times go on. */
export async function* forthAndBack(
  path: string,
  size: { readonly widthPx: number; readonly heightPx: number },
  atLeastMs = AT_LEAST_MS,
): AsyncGenerator<RawFrame, void, undefined> {
  const images: PlanarImage[] = [];
  const times: number[] = [];
  for await (const { frame, release } of picturesOf(path, size)) {
    images.push(copyOf(frame.image));
    times.push(frame.ptsMs);
    release();
  }
  const stepMs = (times.at(-1)! - times[0]!) / (times.length - 1);
  for (let shown = 0; shown * stepMs < atLeastMs; shown++) {
    const at = shown % (2 * images.length);
    const image = images[Math.min(at, 2 * images.length - 1 - at)]!;
    yield asFrame(copyOf(image), shown * stepMs);
  }
}
