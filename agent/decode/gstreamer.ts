import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Output } from './command.ts';
import { environment } from './environment.ts';

/** 8K, 7680x4320: what the parser finds in a stream and what is larger never reaches the decoder. */
const CODED = ['video/x-h264', 'video/x-h265']
  .map((codec) => `${codec},width=[1,7680],height=[1,4320]`)
  .join(';');

/** GStreamer here counts like FFmpeg: clockwise. */
const TURN = { 0: [], 90: ['90r'], 180: ['180'], 270: ['90l'] } as const;
/** NVIDIA counts its own way (`gst-inspect-1.0 nvvidconv`). */
const NVIDIA_TURN = { 0: '0', 90: '3', 180: '2', 270: '1' } as const;

/**
 * NVIDIA's decoder and scaler of L4T; it leaves interlaced pictures as they are. Its output says nothing of colours, so
 * nothing is asked.
 */
const nvidia = ({ widthPx, heightPx, rotate = 0 }: Output): string[] => [
  ...['nvv4l2decoder', '!', 'nvvidconv', `flip-method=${NVIDIA_TURN[rotate]}`, '!'],
  `video/x-raw,format=I420,width=${widthPx},height=${heightPx}`,
];

/**
 * The best decoder that GStreamer has, and its own filters. The default of its scaler reads two of many pixels, which
 * turns texture into flicker, and most other methods move the brightness by 3 levels (measured with 1.22); bilinear2
 * does neither.
 */
function best({ widthPx, heightPx, rotate = 0 }: Output): string[] {
  const [width, height] = rotate % 180 === 0 ? [widthPx, heightPx] : [heightPx, widthPx];
  return [
    ...[
      'decodebin',
      '!',
      'deinterlace',
      'fields=top',
      '!',
      'videoscale',
      'method=bilinear2',
      '!',
      'videoconvert',
    ],
    '!',
    `video/x-raw,format=I420,width=${width},height=${height},colorimetry=bt709`,
    ...TURN[rotate].flatMap((direction) => ['!', 'videoflip', `video-direction=${direction}`]),
  ];
}

const DECODERS = { nvidia, best } as const;

export type GstreamerDecoder = keyof typeof DECODERS;

/**
 * Arguments of gst-launch-1.0 for a child that reads an MPEG transport stream from standard input and writes pictures,
 * each with its time, to descriptor 3 in GStreamer's own framing (gdp.ts).
 */
export const gstreamerArguments = (decoder: GstreamerDecoder, output: Output): string[] => [
  '-q',
  ...['fdsrc', 'fd=0', '!', 'parsebin', '!', CODED, '!'],
  ...DECODERS[decoder](output),
  ...['!', 'gdppay', '!', 'fdsink', 'fd=3', 'sync=false'],
];

/** What every pipeline is made of, besides a decoder. */
const PARTS = ['fdsrc', 'parsebin', 'tsdemux', 'h264parse', 'gdppay', 'fdsink'];
const NVIDIA_PARTS = ['nvv4l2decoder', 'nvvidconv'];
const BEST_PARTS = ['decodebin', 'deinterlace', 'videoscale', 'videoconvert', 'videoflip'];
const SOFTWARE = ['avdec_h264', 'openh264dec'];

/** What GStreamer would decode with here; undefined when it lacks a part of the pipeline, or is not there at all. */
export async function gstreamerDecoder(): Promise<GstreamerDecoder | undefined> {
  const list = await promisify(execFile)('gst-inspect-1.0', [], {
    timeout: 20_000,
    maxBuffer: 1 << 24,
    env: environment(),
  }).catch(() => undefined);
  // Lines such as "coreelements:  fdsrc: Filedescriptor Source".
  const here = new Set([...(list?.stdout ?? '').matchAll(/^\S+:\s+(\S+): /gm)].map(([, name]) => name!));
  const has = (names: readonly string[]) => names.every((name) => here.has(name));
  if (!has(PARTS)) return undefined;
  if (has(NVIDIA_PARTS)) return 'nvidia';
  return has(BEST_PARTS) && SOFTWARE.some((name) => here.has(name)) ? 'best' : undefined;
}
