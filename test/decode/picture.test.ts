import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import type { Rotation } from '../../agent/decode/command.ts';
import { frames } from '../../agent/decode/source.ts';
import { planarBytes } from '../../agent/domain/frame.ts';
import { filmFolder } from '../camera/ffmpeg.ts';
import { comb, drawn, interlacedBar } from '../support/drawn-film.ts';

const folder = filmFolder(t);
const RAW = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-'];

const film = (name: string, source: string, seconds: number) => drawn(folder, name, source, seconds);

/** Copies of the luma planes of all pictures, and the last that was said of the stream. */
async function decoded(path: string, size: { widthPx: number; heightPx: number; rotate?: Rotation }) {
  const pictures: Uint8Array[] = [];
  let said = '';
  const source = frames(
    {
      url: pathToFileURL(path).href,
      transport: 'tcp',
      decoder: 'software',
      ...size,
      stallMs: 10_000,
      reconnect: { firstMs: 1, mostMs: 1 },
      realTime: false,
    },
    {
      onState(state, code) {
        if (state === 'streaming') said = `${state} ${code ?? ''}`.trim();
      },
      onDrop: () => t.fail('a recording loses no picture'),
    },
    new AbortController().signal,
  );
  for await (const { frame } of source)
    pictures.push(frame.image.data.slice(0, size.widthPx * size.heightPx));
  return { pictures, said };
}

t.test(
  'a camera that hangs on its side or head down: its picture stands, in the shape it then has',
  async (t) => {
    const path = film('corner.mp4', 'color=black:s=160x90:r=25,drawbox=0:0:40:30:white:fill', 0.2);
    const corners = { 0: [0, 0], 90: [1, 0], 180: [1, 1], 270: [0, 1] } as const;
    for (const rotate of [0, 90, 180, 270] as const) {
      const isOnItsSide = rotate % 180 !== 0;
      const [widthPx, heightPx] = isOnItsSide ? [90, 160] : [160, 90];
      const { pictures, said } = await decoded(path, { widthPx, heightPx, rotate });
      t.equal(said, 'streaming', `${rotate}: not squeezed`);
      const last = pictures.at(-1)!;
      const at = (right: number, low: number) =>
        last[(low === 0 ? 5 : heightPx - 6) * widthPx + (right === 0 ? 5 : widthPx - 6)]!;
      for (const right of [0, 1])
        for (const low of [0, 1]) {
          const isWhite = right === corners[rotate][0] && low === corners[rotate][1];
          t.equal(
            at(right, low) > 200,
            isWhite,
            `${rotate}: ${low ? 'bottom' : 'top'} ${right ? 'right' : 'left'}`,
          );
        }
      const squeezed = await decoded(path, { widthPx: heightPx, heightPx: widthPx, rotate });
      t.equal(squeezed.said, 'streaming picture-distorted', `${rotate}: in the other shape it says so`);
    }
  },
);

const SIZE = { widthPx: 320, heightPx: 180 };
t.test('two moments in one picture become one, and no picture is lost', async (t) => {
  const interlaced = interlacedBar(folder);
  const combed = execFileSync('ffmpeg', ['-v', 'error', '-i', interlaced, ...RAW], { maxBuffer: 1 << 28 });
  t.ok(comb(combed.subarray(planarBytes(320, 180) * 6), SIZE) > 5, 'the film is what it should be');
  const { pictures } = await decoded(interlaced, SIZE);
  t.equal(pictures.length, 15);
  for (const picture of pictures) if (comb(picture, SIZE) > 0.5) t.fail(`combed by ${comb(picture, SIZE)}`);
});

t.test('a picture of one moment passes as it is, to the last bit', async (t) => {
  const path = film('progressive.mp4', 'testsrc2=s=320x180:r=25', 0.4);
  const plain = execFileSync(
    'ffmpeg',
    ['-v', 'error', '-i', path, '-vf', 'scale=out_color_matrix=bt709:out_range=tv', ...RAW],
    { maxBuffer: 1 << 28 },
  );
  const { pictures } = await decoded(path, SIZE);
  t.equal(pictures.length, 10);
  pictures.forEach((picture, i) => {
    const start = i * planarBytes(320, 180);
    if (Buffer.compare(picture, plain.subarray(start, start + picture.length)) !== 0) t.fail(`picture ${i}`);
  });
});
