import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from '../../../agent/domain/geometry.ts';

/** One labelled picture of ../shared/data/real/frames. */
export interface LabelledPicture {
  readonly path: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Forehead to chin. */
  readonly faces: readonly Box[];
  /** Where a face may be found and need not be. */
  readonly ignore: readonly Box[];
}

type Four = readonly [number, number, number, number];
type Labels = Record<
  string,
  { width: number; height: number; faces: readonly { box: Four }[]; ignore: readonly Four[] }
>;

const boxOf = ([x, y, width, height]: Four): Box => ({ x, y, width, height });

export function labelledPictures(folder: string): LabelledPicture[] {
  const labels = JSON.parse(readFileSync(join(folder, 'face-labels.json'), 'utf8')) as Labels;
  return Object.entries(labels).map(([name, { width, height, faces, ignore }]) => ({
    path: join(folder, 'frames', name),
    widthPx: width,
    heightPx: height,
    faces: faces.map(({ box }) => boxOf(box)),
    ignore: ignore.map(boxOf),
  }));
}

export const scaled = ({ x, y, width, height }: Box, by: number): Box => ({
  x: x * by,
  y: y * by,
  width: width * by,
  height: height * by,
});
