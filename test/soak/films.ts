import { join } from 'node:path';
import { ROOT } from '../../agent/installation.ts';
import { program } from '../support/processes.ts';

/** Four cameras' films, and one in another codec: so small and slow that two cores carry all of them. */
export interface Films {
  readonly usual: readonly string[];
  readonly otherCodec: string;
}

export const FPS = 5;

/** Ten seconds each of the rendered scene, people and all. */
export async function makeFilms(folder: string): Promise<Films> {
  const codec = ['-c:v', 'libx264', '-preset', 'fast', '-bf', '0'];
  const hevc = ['-c:v', 'libx265', '-x265-params', `log-level=error:keyint=${FPS}:bframes=0`];
  const make = async (scene: string, fromS: number, name: string, encode: readonly string[]) => {
    const path = join(folder, `${name}.mp4`);
    const source = ['-ss', `${fromS}`, '-t', '10', '-i', join(ROOT, `test/scene/${scene}.mp4`)];
    const picture = ['-an', '-vf', `fps=${FPS},scale=480:270`, '-g', `${FPS}`, '-pix_fmt', 'yuv420p'];
    const quiet = ['-hide_banner', '-nostdin', '-loglevel', 'error'];
    await using ffmpeg = program('ffmpeg', [...quiet, ...source, ...picture, ...encode, path]);
    if ((await ffmpeg.exited) !== 0) throw new Error(`ffmpeg cannot make a film: ${ffmpeg.stderr}`);
    return path;
  };
  return {
    usual: [
      await make('plant-a', 0, 'one', codec),
      await make('plant-a', 10, 'two', codec),
      await make('plant-b', 0, 'three', codec),
      await make('plant-b', 10, 'four', codec),
    ],
    otherCodec: await make('plant-a', 0, 'hevc', hevc),
  };
}
