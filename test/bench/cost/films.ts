import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../../agent/installation.ts';

export interface FilmSpec {
  /** 1, or 3: the scene as it was rendered, with so many people. `grid`: heads side by side before a grey wall. */
  readonly faces: number;
  readonly layout: 'scene' | 'grid';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fps: number;
  readonly frames: number;
}

/** Size and rate of the rendered scenes. */
const SCENE = { widthPx: 960, heightPx: 540, fps: 25 };
/** What is left of the other person in plant-a is painted over, so that one is there. */
const SECOND_OF_PLANT_A = 'drawbox=x=520:y=60:w=440:h=480:color=0x808080:t=fill';
/** Cells of the grid, as shares of the picture. */
const COLUMNS = 5;
const LINES = 4;
/** Height of a cell against that of the face in it. */
const ROOM = 1.5;
/** A camera of today sends about so many bits for each pixel. */
const BITS_PER_PIXEL = 0.08;
/** Noise of a sensor, grey levels; a rendered wall without any is too easy on the decoder. */
const NOISE = 'noise=alls=5:allf=t:all_seed=1';

const run = promisify(execFile);

/** Where heads are in the scenes: middle and height of all boxes of a person together. */
function heads(): { scene: string; x: number; y: number; height: number }[] {
  return ['plant-a', 'plant-b'].flatMap((scene) => {
    const truth = JSON.parse(readFileSync(join(ROOT, `test/scene/${scene}.json`), 'utf8')) as {
      people: { frames: { box: [number, number, number, number][] } }[];
    };
    return truth.people.map(({ frames: { box } }) => {
      const top = Math.min(...box.map(([, y]) => y));
      const bottom = Math.max(...box.map(([, y, , height]) => y + height));
      const left = Math.min(...box.map(([x]) => x));
      const right = Math.max(...box.map(([x, , width]) => x + width));
      return { scene, x: (left + right) / 2, y: (top + bottom) / 2, height: bottom - top };
    });
  });
}

/** Filters that put heads of the two scenes (inputs 0 and 1) side by side. */
function grid({ faces, widthPx, heightPx, fps }: FilmSpec): string {
  const people = heads();
  const even = (value: number) => 2 * Math.round(value / 2);
  const [width, height] = [even(widthPx / COLUMNS), even(heightPx / LINES)];
  const cut = Array.from({ length: faces }, (_, i) => {
    const { scene, x, y, height: face } = people[i % people.length]!;
    const tall = even(Math.min(SCENE.heightPx, face * ROOM));
    const wide = even((tall * width) / height);
    const at = `${even(Math.max(0, Math.min(SCENE.widthPx - wide, x - wide / 2)))}:${even(Math.max(0, y - tall / 2))}`;
    return `[${scene === 'plant-a' ? 0 : 1}:v]crop=${wide}:${tall}:${at},scale=${width}:${height}[c${i}]`;
  });
  const wall = `color=c=0x707070:s=${widthPx}x${heightPx}:r=${SCENE.fps}[w0]`;
  const laid = Array.from(
    { length: faces },
    (_, i) =>
      `[w${i}][c${i}]overlay=${(i % COLUMNS) * width}:${Math.floor(i / COLUMNS) * height}:shortest=1[w${i + 1}]`,
  );
  return [wall, ...cut, ...laid, `[w${faces}]${NOISE},fps=${fps}[out]`].join(';');
}

function scene({ faces, widthPx, heightPx, fps }: FilmSpec): string {
  const input = faces === 1 ? `[0:v]${SECOND_OF_PLANT_A}` : '[1:v]null';
  return `${input},scale=${widthPx}:${heightPx}:flags=bicubic,${NOISE},fps=${fps}[out]`;
}

/** Films made of the rendered scenes, each once, in a folder that the caller takes away. H.264 as cameras send it: no B-frames. */
export class Films {
  readonly #folder: string;
  readonly #made = new Map<string, Promise<string>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @returns path of an MP4 */
  of(spec: FilmSpec): Promise<string> {
    const { faces, layout, widthPx, heightPx, fps, frames } = spec;
    const name = `${layout}-${faces}-${widthPx}x${heightPx}-${fps}fps-${frames}.mp4`;
    const made = this.#made.get(name) ?? this.#make(join(this.#folder, name), spec);
    this.#made.set(name, made);
    return made;
  }

  async #make(path: string, spec: FilmSpec): Promise<string> {
    const bitrate = Math.round(spec.widthPx * spec.heightPx * spec.fps * BITS_PER_PIXEL);
    const inputs = ['plant-a', 'plant-b'].flatMap((name) => ['-i', join(ROOT, 'test/scene', `${name}.mp4`)]);
    await run('ffmpeg', [
      ...['-hide_banner', '-loglevel', 'error', '-y', ...inputs],
      ...['-filter_complex', spec.layout === 'grid' ? grid(spec) : scene(spec)],
      ...['-map', '[out]', '-frames:v', String(spec.frames), '-c:v', 'libx264', '-preset', 'veryfast'],
      ...['-b:v', String(bitrate), '-maxrate', String(bitrate), '-bufsize', String(bitrate)],
      ...['-bf', '0', '-g', String(spec.fps), '-pix_fmt', 'yuv420p', '-movflags', '+faststart', path],
    ]);
    return path;
  }
}
