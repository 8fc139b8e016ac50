import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export type Decoder = 'software' | 'nvv4l2dec' | 'cuda' | 'vaapi';

const INPUT: Record<Decoder, readonly string[]> = {
  software: [],
  // NVIDIA's FFmpeg for Jetson.
  nvv4l2dec: ['-c:v', 'h264_nvv4l2dec'],
  cuda: ['-hwaccel', 'cuda'],
  vaapi: ['-hwaccel', 'vaapi'],
};

/** 8K, 7680x4320. A parameter set that was damaged or made up can ask for far more, and FFmpeg would take the memory. */
const LARGEST = ['-max_pixels', String(7680 * 4320)];

const PROTOCOLS = 'file,pipe,rtsp,rtp,udp,tcp,crypto,tls';

export interface Output {
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * Descriptors of the child: pictures on 3, one line with the media time of each picture on 4, in microseconds, because
 * FFmpeg prints seconds with six digits only, which after three hours is a tenth of a second. The shape of the camera's
 * picture is printed as if it were an error (16), because nothing else gets past the log level.
 */
const outputOf = ({ widthPx, heightPx }: Output): string[] => [
  '-an',
  '-sn',
  '-dn',
  '-vf',
  `scale=w='${widthPx}+0*print(dar,16)':h=${heightPx}:out_color_matrix=bt709:out_range=tv,settb=AVTB,metadata=mode=add:key=t:value=1,metadata=mode=print:direct=1:file='pipe\\:4'`,
  '-vsync',
  'passthrough',
  '-f',
  'rawvideo',
  '-pix_fmt',
  'yuv420p',
  'pipe:3',
];

/** "repeat": each line as it is said, not "Last message repeated 1 times". */
const QUIET = ['-hide_banner', '-nostats', '-loglevel', 'repeat+error'];

/** Arguments for a camera whose address comes through standard input. */
export const cameraArguments = (decoder: Decoder, output: Output): string[] => [
  ...QUIET,
  ...INPUT[decoder],
  ...LARGEST,
  ...['-f', 'concat', '-safe', '0', '-protocol_whitelist', PROTOCOLS, '-i', 'pipe:0'],
  ...outputOf(output),
];

/** Arguments for a recording; `realTime` plays it at the pace at which it was taken. */
export const fileArguments = (path: string, realTime: boolean, output: Output): string[] => [
  ...QUIET,
  ...(realTime ? ['-re'] : []),
  ...LARGEST,
  ...['-protocol_whitelist', 'file', '-i', `file:${path}`],
  ...outputOf(output),
];

/** For every FFmpeg that is started: with FFREPORT it would write a log file, with the address and its password in it. */
export const environment = (): NodeJS.ProcessEnv => ({ ...process.env, FFREPORT: undefined });

/** Names of the video decoders of this machine's FFmpeg. @throws the error of the child when there is no FFmpeg */
export async function videoDecoders(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ffmpeg', ['-hide_banner', '-decoders'], {
    timeout: 10_000,
    env: environment(),
  });
  return [...stdout.matchAll(/^ V\S{5} (\S+)/gm)].map((match) => match[1]!);
}

/** The decoder to begin with when the configuration leaves it open: hardware only where this FFmpeg was built for it. */
export async function detectDecoder(): Promise<Decoder> {
  try {
    return (await videoDecoders()).includes('h264_nvv4l2dec') ? 'nvv4l2dec' : 'software';
  } catch {
    // No FFmpeg at all is reported by the session that needs it.
    return 'software';
  }
}
