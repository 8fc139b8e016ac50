import { spawnSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import t from 'tap';
import { type MaskedFrame, planarBytes, planesOf } from '../../agent/domain/frame.ts';
import { MaskedStream } from '../../agent/show/stream.ts';
import { until } from '../support/until.ts';

const SIZE = { widthPx: 256, heightPx: 144 };

const frameWith = (luma: number): MaskedFrame => {
  const data = new Uint8Array(planarBytes(SIZE.widthPx, SIZE.heightPx)).fill(128);
  planesOf({ ...SIZE, data })[0].fill(luma);
  return {
    image: { ...SIZE, data },
    masks: [],
    unsure: false,
    ptsMs: 0,
    arrivedMs: 0,
  } as unknown as MaskedFrame;
};
const NOTES = { verdict: () => undefined, fps: 0 };

/** Luma in the middle of every picture of a transport stream. */
function decoded(stream: Buffer): number[] {
  const args = ['-loglevel', 'error', '-i', '-', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'];
  const { stdout, stderr } = spawnSync('ffmpeg', args, { input: stream, maxBuffer: 1e9 });
  const pixels = SIZE.widthPx * SIZE.heightPx;
  if (stdout.length === 0) throw new Error(String(stderr));
  return Array.from({ length: stdout.length / pixels }, (_, i) => stdout[i * pixels + pixels / 2]!);
}

t.test('the newest picture is encoded, and none once it has ended', async (t) => {
  const out = new PassThrough();
  const chunks: Buffer[] = [];
  out.on('data', (chunk: Buffer) => chunks.push(chunk));
  {
    await using stream = new MaskedStream({ ...SIZE, fps: 25 }, out);
    stream.show(frameWith(60), NOTES);
    const timer = setInterval(() => stream.show(frameWith(200), NOTES), 20);
    await until(() => Buffer.concat(chunks).length > 60 * 188, 'a stream');
    clearInterval(timer);
  }
  const bytes = Buffer.concat(chunks);
  t.equal(bytes[0], 0x47, 'an MPEG transport stream (ISO/IEC 13818-1)');
  t.equal(bytes.length % 188, 0, 'of whole packets');
  const lumas = decoded(bytes);
  t.ok(lumas.length > 5 && lumas.slice(-3).every((luma) => Math.abs(luma - 200) < 30), `${lumas}`);
  const { length } = chunks;
  await new Promise((resolve) => setTimeout(resolve, 200));
  t.equal(chunks.length, length, 'nothing more');
});

t.test('a picture that is not followed by another is taken away', async (t) => {
  const out = new PassThrough();
  const chunks: Buffer[] = [];
  out.on('data', (chunk: Buffer) => chunks.push(chunk));
  await using stream = new MaskedStream({ ...SIZE, fps: 25 }, out);
  stream.show(frameWith(235), NOTES);
  const last = () => {
    const bytes = Buffer.concat(chunks);
    return bytes.length > 10 * 188 ? decoded(bytes).at(-1)! : 235;
  };
  t.ok(await until(() => Math.abs(last() - 128) < 20, 'grey', { everyMs: 500 }));
});
