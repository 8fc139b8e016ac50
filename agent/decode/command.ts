import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { GSTREAMER_WIDTH_STEP } from '../domain/row.ts';
import { environment } from './environment.ts';
import { gstreamerDecoder } from './gstreamer.ts';

/** A way in which FFmpeg decodes. */
export type FfmpegDecoder = 'software' | 'nvv4l2dec' | 'cuda' | 'vaapi';
export type Decoder = FfmpegDecoder | 'gstreamer';

const INPUT: Record<FfmpegDecoder, readonly string[]> = {
  software: [],
  // NVIDIA's FFmpeg for Jetson.
  nvv4l2dec: ['-c:v', 'h264_nvv4l2dec'],
  cuda: ['-hwaccel', 'cuda'],
  vaapi: ['-hwaccel', 'vaapi'],
};

/** 8K, 7680x4320. A parameter set that was damaged or made up can ask for far more, and FFmpeg would take the memory. */
const LARGEST = ['-max_pixels', String(7680 * 4320)];

/** What FFmpeg may open at the address of a camera. */
export const PROTOCOLS = 'file,pipe,rtsp,rtp,udp,tcp,crypto,tls';

/** Degrees clockwise by which a picture is turned to stand upright. */
export type Rotation = 0 | 90 | 180 | 270;

/** What comes out: pictures of this size, after they were turned. */
export interface Output {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Default: 0. An RTSP stream does not say how its camera hangs; what a file says of itself is done before. */
  readonly rotate?: Rotation;
}

const TURN: Record<Rotation, readonly string[]> = {
  0: [],
  90: ['transpose=clock'],
  180: ['hflip', 'vflip'],
  270: ['transpose=cclock'],
};

/**
 * Pictures that are flagged as interlaced show two moments, a line of the one and a line of the other: half of the lines
 * are made anew. All others pass as they are, to the last bit; on 1080p that takes 0.1 ms of 6 a picture (0.6 where a
 * hardware decoder hands out NV12), and each waits for the next one.
 */
const DEINTERLACE = 'yadif=mode=send_frame:deint=interlaced';

/** Scaled before it is turned, because that is less to turn. The shape that is printed is that of the turned picture. */
function filters({ widthPx, heightPx, rotate = 0 }: Output): string {
  const isOnItsSide = rotate === 90 || rotate === 270;
  const [width, height] = isOnItsSide ? [heightPx, widthPx] : [widthPx, heightPx];
  const shape = isOnItsSide ? '1/dar' : 'dar';
  return [
    DEINTERLACE,
    `scale=w='${width}+0*print(${shape},16)':h=${height}:out_color_matrix=bt709:out_range=tv`,
    ...TURN[rotate],
    'settb=AVTB',
    'metadata=mode=add:key=t:value=1',
    "metadata=mode=print:direct=1:file='pipe\\:4'",
  ].join();
}

/**
 * Descriptors of the child: pictures on 3, one line with the media time of each picture on 4, in microseconds, because
 * FFmpeg prints seconds with six digits only, which after three hours is a tenth of a second. The shape of the camera's
 * picture is printed as if it were an error (16), because nothing else gets past the log level.
 */
const outputOf = (output: Output): string[] => [
  '-an',
  '-sn',
  '-dn',
  '-vf',
  filters(output),
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

const FROM_STANDARD_INPUT = [
  ...['-f', 'concat', '-safe', '0'],
  ...['-protocol_whitelist', PROTOCOLS, '-i', 'pipe:0'],
];

/** Arguments for a camera whose address comes through standard input. */
export const cameraArguments = (decoder: FfmpegDecoder, output: Output): string[] => [
  ...QUIET,
  ...INPUT[decoder],
  ...LARGEST,
  ...FROM_STANDARD_INPUT,
  ...outputOf(output),
];

/**
 * Arguments for a camera that somebody else decodes: its pictures as they come, as an MPEG transport stream on standard
 * output. Its clock runs at 90 kHz, as that of RTP does for H.264 and H.265 (RFC 6184, 5.1), so no time is rounded.
 */
export const relayArguments = (): string[] => [
  ...QUIET,
  ...FROM_STANDARD_INPUT,
  ...['-an', '-sn', '-dn', '-c', 'copy'],
  ...['-muxdelay', '0', '-muxpreload', '0', '-flush_packets', '1', '-f', 'mpegts', 'pipe:1'],
];

/** Arguments for a recording; `realTime` plays it at the pace at which it was taken. */
export const fileArguments = (path: string, realTime: boolean, output: Output): string[] => [
  ...QUIET,
  ...(realTime ? ['-re'] : []),
  ...LARGEST,
  ...['-protocol_whitelist', 'file', '-i', `file:${path}`],
  ...outputOf(output),
];

/** Names of the video decoders of this machine's FFmpeg. @throws the error of the child when there is no FFmpeg */
export async function videoDecoders(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ffmpeg', ['-hide_banner', '-decoders'], {
    timeout: 10_000,
    env: environment(),
  });
  return [...stdout.matchAll(/^ V\S{5} (\S+)/gm)].map((match) => match[1]!);
}

/**
 * The decoder to begin with when the configuration leaves it open: NVIDIA's where this FFmpeg was built for it, or
 * GStreamer has it and the size suits, else software.
 */
export async function detectDecoder({ widthPx }: Output): Promise<Decoder> {
  // No FFmpeg at all is reported by the session that needs it.
  const names = await videoDecoders().catch((): string[] => []);
  if (names.includes('h264_nvv4l2dec')) return 'nvv4l2dec';
  const suits = widthPx % GSTREAMER_WIDTH_STEP === 0;
  return suits && (await gstreamerDecoder()) === 'nvidia' ? 'gstreamer' : 'software';
}
