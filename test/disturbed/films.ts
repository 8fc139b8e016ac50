import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Rotation } from '../../agent/decode/command.ts';

const run = promisify(execFile);

/** Of the pictures that are lost at random. */
export const SEED = 20261125;

/** One way in which what a camera sends is not what it should be. Times stay those of the scene, so that its truth holds. */
export interface Disturbance {
  readonly name: string;
  /** Filter graph of FFmpeg, from `[in]` to `[out]`; `seconds` long. */
  graph(seconds: number): string;
  /** More for the encoder. */
  readonly encode?: readonly string[];
  /** What an integrator writes into the configuration of such a camera. */
  readonly rotate?: Rotation;
  /** Pictures or faces are not where the truth of the scene has them: events can be counted, not judged. */
  readonly isWithoutTruth?: true;
}

const SIZE = { width: 960, height: 540 };
const simple = (name: string, filter: string, more: Partial<Disturbance> = {}): Disturbance => ({
  name,
  graph: () => `[in]${filter}[out]`,
  ...more,
});
/** Seconds of media time, from one share of a film to another. */
const between = (seconds: number, from: number, to: number) =>
  `between(t,${(from * seconds).toFixed(2)},${(to * seconds).toFixed(2)})`;

/** A fifth of the pictures, by FFmpeg's own generator. */
const isLost = `lt(if(eq(n,0),st(0,${SEED})*0+1,random(0)),0.2)`;

/** Something grey slides before the lens within a third of a second, stays, and slides away. */
function cover(seconds: number, from: number, to: number, { width, height } = SIZE): string {
  const [start, end] = [from * seconds, to * seconds];
  const x = `if(lt(t,${start}),-w,if(lt(t,${start + 0.3}),-w+w*(t-${start})/0.3,if(lt(t,${end}),0,w*(t-${end})/0.3)))`;
  return `color=0x505048:s=${width}x${height}:r=25[hand];[in][hand]overlay=x='${x}':shortest=1,noise=alls=2:allf=t`;
}

/** The lamp goes out, all at once, and what is left is noisier. */
const lampOff = (when: string) =>
  `eq=contrast=0.5:brightness=-0.13:enable='${when}',noise=alls=4:allf=t:enable='${when}'`;

export const UNDISTURBED = simple('as it is', 'null');

export const DISTURBANCES: readonly Disturbance[] = [
  simple('a fifth of the pictures lost', `select='not(${isLost})'`),
  {
    name: '15, then 60, then 15 pictures a second',
    graph(seconds) {
      const [first, second] = [seconds / 3, (2 * seconds) / 3];
      const part = (from: number, to: number, rate: string) =>
        `trim=${from}:${to},setpts=PTS-STARTPTS,${rate}`;
      return [
        '[in]split=3[a][b][c]',
        `[a]${part(0, first, 'fps=15')}[x]`,
        // Pictures in between are mixed: repeated ones would show nothing new.
        `[b]${part(first, second, 'framerate=60')}[y]`,
        `[c]${part(second, seconds, 'fps=15')}[z]`,
        '[x][y][z]concat=n=3[out]',
      ].join(';');
    },
    isWithoutTruth: true,
  },
  simple('interlaced', 'framerate=50,tinterlace=interleave_top', { encode: ['-flags', '+ilme+ildct'] }),
  simple('interlaced, and not said to be', 'framerate=50,tinterlace=interleave_top,setfield=prog'),
  simple('on its side, turned back', 'transpose=cclock', { rotate: 90 }),
  simple('on its other side, turned back', 'transpose=clock', { rotate: 270 }),
  simple('head down, turned back', 'hflip,vflip', { rotate: 180 }),
  simple('on its side, and nobody said so', 'crop=304:540:110:0,transpose=cclock,scale=960:540,setsar=1', {
    isWithoutTruth: true,
  }),
  simple('head down, and nobody said so', 'hflip,vflip', { isWithoutTruth: true }),
  {
    name: 'black now and then',
    graph: (s) =>
      `[in]drawbox=t=fill:color=black:enable='${between(s, 0.25, 0.4)}+${between(s, 0.6, 0.65)}'[out]`,
  },
  {
    name: 'frozen now and then',
    graph(seconds) {
      const at = (share: number) => Math.round(share * seconds * 25);
      const freeze = (from: number, to: number) =>
        `freezeframes=first=${at(from)}:last=${at(to)}:replace=${at(from)}`;
      return `[in]split[a][b];[a][b]${freeze(0.25, 0.4)},split[c][d];[c][d]${freeze(0.6, 0.65)}[out]`;
    },
  },
  { name: 'covered and uncovered', graph: (s) => `${cover(s, 0.3, 0.45)}[out]` },
  {
    name: 'the lamp goes off and on again',
    graph: (s) => `[in]${lampOff(`${between(s, 0.2, 0.35)}+${between(s, 0.5, 0.8)}`)}[out]`,
  },
];

/** Everything that fits into one film, one after the other, smaller; the end is as it should be. */
export const ALL_AT_ONCE: Disturbance = {
  name: 'lost pictures, black, frozen, lamp off, covered',
  graph(seconds) {
    const at = (share: number) => Math.round(share * seconds * 25);
    const frozen = `freezeframes=first=${at(0.5)}:last=${at(0.58)}:replace=${at(0.5)}`;
    const size = { width: 480, height: 270 };
    return [
      `[in]scale=480:270,split[a][b]`,
      `[a][b]${frozen},drawbox=t=fill:color=black:enable='${between(seconds, 0.35, 0.43)}',${lampOff(between(seconds, 0.63, 0.7))}[lit]`,
      `${cover(seconds, 0.72, 0.8, size).replace('[in]', '[lit]')},select='not(${between(seconds, 0.1, 0.33)}*${isLost})'[out]`,
    ].join(';');
  },
};

const ENCODE = [
  '-c:v',
  'libx264',
  '-preset',
  'veryfast',
  '-crf',
  '18',
  '-g',
  '25',
  '-bf',
  '0',
  '-pix_fmt',
  'yuv420p',
];
const TIMES = ['-vsync', 'passthrough', '-enc_time_base', '1:90000', '-video_track_timescale', '90000'];

/** The first seconds of a scene, disturbed. */
export async function disturbed(
  { name, graph, encode = [] }: Disturbance,
  scene: string,
  seconds: number,
  folder: string,
): Promise<string> {
  const path = join(folder, `${name.replaceAll(/[^a-z0-9]+/gi, '-')}-${seconds}.mp4`);
  const filter = graph(seconds).replace('[in]', '[0:v]');
  await run('ffmpeg', [
    ...['-v', 'error', '-y', '-t', String(seconds), '-i', scene],
    ...['-filter_complex', filter, '-map', '[out]', ...ENCODE, ...encode, ...TIMES, path],
  ]);
  return path;
}

/** The size of the picture changes in the middle of the stream, and back again; MPEG-TS bears that. */
export async function resized(scene: string, seconds: number, folder: string): Promise<string> {
  const parts = ['scale=960:540', 'scale=640:360', 'scale=960:540'].map(async (filter, i) => {
    const path = join(folder, `part-${i}.ts`);
    const [from, to] = [(i * seconds) / 3, ((i + 1) * seconds) / 3];
    await run('ffmpeg', [
      ...['-v', 'error', '-y', '-i', scene, '-an', '-vf', `trim=${from}:${to},${filter}`],
      ...[...ENCODE, '-vsync', 'passthrough', '-muxdelay', '0', '-copyts', '-f', 'mpegts', path],
    ]);
    return path;
  });
  const path = join(folder, `resized-${seconds}.ts`);
  await run('sh', ['-c', 'cat "$@" > "$0"', path, ...(await Promise.all(parts))]);
  return path;
}
