import { execFileSync } from 'node:child_process';
import { type PlanarImage, planarBytes } from '../../agent/domain/frame.ts';

/** Film as a camera sends it: H.264 and back. */
export function throughH264(images: readonly PlanarImage[], crf: number): PlanarImage[] {
  const { widthPx, heightPx } = images[0]!;
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p'];
  const encoded = execFileSync(
    'ffmpeg',
    [
      '-v',
      'error',
      ...raw,
      '-s',
      `${widthPx}x${heightPx}`,
      '-r',
      '25',
      '-i',
      '-',
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-tune',
      'zerolatency',
      '-threads',
      '1',
      '-crf',
      String(crf),
      '-bf',
      '0',
      '-g',
      '50',
      '-f',
      'h264',
      '-',
    ],
    { input: Buffer.concat(images.map(({ data }) => data)), maxBuffer: 1 << 30 },
  );
  const decoded = execFileSync('ffmpeg', ['-v', 'error', '-f', 'h264', '-i', '-', ...raw, '-'], {
    input: encoded,
    maxBuffer: 1 << 30,
  });
  const size = planarBytes(widthPx, heightPx);
  return images.map((_, i) => ({
    widthPx,
    heightPx,
    data: new Uint8Array(decoded.subarray(i * size, (i + 1) * size)),
  }));
}
