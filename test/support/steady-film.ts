import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Landmarks } from '../../agent/domain/face.ts';
import { planarBytes } from '../../agent/domain/frame.ts';
import type { Box } from '../../agent/domain/geometry.ts';
import { ROOT } from '../../agent/installation.ts';

/** Half a picture of a steady film: `side` a side, values less black. */
export interface Layer {
  readonly side: number;
  readonly data: Float32Array;
}

/** A head that holds still while its face moves (test/scene/README.md), frame by frame. */
export interface SteadyFilm {
  readonly frames: readonly {
    readonly y: Layer;
    readonly u: Layer;
    readonly v: Layer;
    readonly alpha: Layer;
  }[];
  /** Of the skull, film pixels; true for every frame. */
  readonly landmarks: Landmarks;
  readonly box: Box;
}

/** Reads test/scene/steady-*.mp4 through FFmpeg. */
export function readSteady(name: 'steady-a' | 'steady-b'): SteadyFilm {
  const truth = JSON.parse(readFileSync(join(ROOT, `test/scene/${name}.json`), 'utf8'));
  const side: number = truth.sidePx;
  const bytes = execFileSync(
    'ffmpeg',
    ['-v', 'error', '-i', join(ROOT, `test/scene/${name}.mp4`), '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-'],
    { maxBuffer: 1 << 30 },
  );
  const size = planarBytes(2 * side, side);
  const half = (plane: Uint8Array, width: number, offset: number, less: number): Layer => {
    const of = width / 2;
    const data = new Float32Array(of * of);
    for (let i = 0; i < data.length; i++)
      data[i] = plane[Math.floor(i / of) * width + (i % of) + offset]! - less;
    return { side: of, data };
  };
  const frames = Array.from({ length: bytes.length / size }, (_, n) => {
    const frame = bytes.subarray(n * size, (n + 1) * size);
    const luma = 2 * side * side;
    const [y, u, v] = [
      frame.subarray(0, luma),
      frame.subarray(luma, luma * 1.25),
      frame.subarray(luma * 1.25),
    ];
    return {
      y: half(y, 2 * side, 0, 16),
      alpha: half(y, 2 * side, side, 16),
      u: half(u, side, 0, 128),
      v: half(v, side, 0, 128),
    };
  });
  const [x, top, width, height] = truth.box;
  const landmarks = Object.fromEntries(
    Object.entries(truth.landmarks as Record<string, [number, number]>).map(([key, [px, py]]) => [
      key,
      { x: px, y: py },
    ]),
  ) as unknown as Landmarks;
  return { frames, landmarks, box: { x, y: top, width, height } };
}
