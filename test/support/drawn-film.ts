import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const LOSSLESS = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '0', '-pix_fmt', 'yuv420p'];

/** A film of `seconds` at 25 frames a second, made of what FFmpeg's filters draw. */
export function drawn(
  folder: string,
  name: string,
  source: string,
  seconds: number,
  ...more: string[]
): string {
  const path = join(folder, name);
  const input = ['-f', 'lavfi', '-i', source, '-t', String(seconds)];
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...input, ...more, ...LOSSLESS, path]);
  return path;
}

/** A bar that goes 8 px to the right from one moment to the next, 50 times a second. */
const BAR = `color=gray:s=320x180:r=50[back];color=white:s=40x180:r=50[bar];[back][bar]overlay=x='8*n':shortest=0`;

/** 15 pictures of 320x180, each of two moments. */
export const interlacedBar = (folder: string): string =>
  drawn(folder, 'fields.mp4', BAR, 0.6, '-vf', 'tinterlace=interleave_top', '-flags', '+ilme+ildct');

/** How much more a line differs from its neighbour than from the one after that: nothing in a picture of one moment. */
export function comb(
  luma: Uint8Array,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): number {
  const differing = (lines: number) => {
    let sum = 0;
    for (let y = 20; y < heightPx - 20; y++)
      for (let x = 0; x < widthPx; x++)
        sum += Math.abs(luma[y * widthPx + x]! - luma[(y + lines) * widthPx + x]!);
    return sum / (widthPx * (heightPx - 40));
  };
  return differing(1) - differing(2);
}
