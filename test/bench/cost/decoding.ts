import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { picturesOf } from '../../support/film.ts';
import type { Bench } from './figure.ts';
import type { Size } from './held.ts';
import { endedChildrenMs, ownMs } from './processor.ts';
import { ANALYSIS, filmOf } from './subject.ts';

/** FFmpeg alone: CPU milliseconds a picture of decoding a film to nothing, scaled as the pipeline has it scaled. */
export async function bareDecodeMs(
  film: string,
  { widthPx, heightPx }: Size,
  frames: number,
): Promise<number> {
  const before = endedChildrenMs();
  await promisify(execFile)('ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-i', film, '-an'],
    ...['-vf', `scale=${widthPx}:${heightPx}:out_color_matrix=bt709:out_range=tv`],
    ...['-pix_fmt', 'yuv420p', '-f', 'null', '-'],
  ]);
  return (endedChildrenMs() - before) / frames;
}

/** The decode stage with its FFmpeg, nothing behind it: CPU milliseconds a picture. */
async function stageMs(film: string, size: Size, frames: number): Promise<number> {
  const before = ownMs() + endedChildrenMs();
  for await (const { release } of picturesOf(film, size)) release();
  return (ownMs() + endedChildrenMs() - before) / frames;
}

/** Both in turns. */
export async function decodeCost(bench: Bench): Promise<{ cpuMs: number[]; kernelMs: number[] }> {
  const spec = filmOf(bench, 3);
  const film = await bench.films.of(spec);
  const cpuMs: number[] = [];
  const kernelMs: number[] = [];
  for (let i = 0; i < (bench.quick ? 1 : 4); i++) {
    cpuMs.push(await stageMs(film, ANALYSIS, spec.frames));
    kernelMs.push(await bareDecodeMs(film, ANALYSIS, spec.frames));
  }
  return { cpuMs, kernelMs };
}
