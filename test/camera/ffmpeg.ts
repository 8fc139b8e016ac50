import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { type Program, program } from '../support/processes.ts';

/** For films: outside of the checkout, so that test runs side by side do not clear each other's away. */
export function filmFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'test-camera-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** 320x180 at 25 frames/s, a keyframe each second, no B-frames. More arguments go before the output. */
export async function makeFilm(path: string, seconds: number, ...more: readonly string[]): Promise<string> {
  const source = `testsrc2=size=320x180:rate=25:duration=${seconds}`;
  const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0', '-g', '25', '-pix_fmt', 'yuv420p'];
  const made = ffmpeg(['-y', '-f', 'lavfi', '-i', source, ...encode, ...more, path]);
  if ((await made.exited) !== 0) throw new Error(`ffmpeg cannot make a film: ${made.stderr}`);
  return path;
}

/** ffmpeg that prints one line per packet it gets over TCP: stream, dts, pts, duration, size, checksum. */
export function watch(url: string, ...output: readonly string[]): Program {
  return ffmpeg([
    '-rtsp_transport',
    'tcp',
    '-i',
    url,
    '-an',
    '-c',
    'copy',
    ...output,
    '-f',
    'framecrc',
    '-flush_packets',
    '1',
    '-',
  ]);
}

/** Presentation times in 90 kHz ticks in what `watch` printed, whole lines only. */
export function timesIn(framecrc: string): number[] {
  return framecrc
    .split('\n')
    .slice(0, -1)
    .filter((line) => /^\d/.test(line))
    .map((line) => Number(line.split(',')[2]));
}

export function withCredentials(url: string, user: string, password: string): string {
  return url.replace('rtsp://', `rtsp://${user}:${password}@`);
}

/** ffmpeg, saying nothing but errors. */
function ffmpeg(args: readonly string[]): Program {
  return program('ffmpeg', ['-hide_banner', '-nostdin', '-loglevel', 'error', ...args]);
}
