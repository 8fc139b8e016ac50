import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { type Decoder, type Output, relayArguments } from '../../agent/decode/command.ts';
import { gstreamerArguments, gstreamerDecoder } from '../../agent/decode/gstreamer.ts';
import { DecodeSession } from '../../agent/decode/session.ts';

import { frames } from '../../agent/decode/source.ts';
import { ROOT } from '../../agent/installation.ts';
import { TestCamera } from '../camera/camera.ts';
import { LOGIN } from '../camera/cases.ts';
import { filmFolder } from '../camera/ffmpeg.ts';
import { comb, drawn, interlacedBar } from '../support/drawn-film.ts';
import { view } from '../support/viewer.ts';

const by = await gstreamerDecoder();
const skip = by === undefined ? 'no GStreamer with an H.264 decoder here' : false;
const film = join(ROOT, 'test/scene/plant-a.mp4');
const SIZE = { widthPx: 320, heightPx: 180 };
const COUNT = 30;

interface Picture {
  readonly ptsMs: number;
  readonly data: Uint8Array;
}

/** The first pictures of a stream, copied. */
async function watch(url: string, decoder: Decoder, size: Output): Promise<Picture[]> {
  const ended = new AbortController();
  const pictures: Picture[] = [];
  const source = frames(
    {
      url,
      credentials: LOGIN,
      transport: 'tcp',
      decoder,
      ...size,
      stallMs: 5000,
      reconnect: { firstMs: 10, mostMs: 10 },
      realTime: true,
    },
    { onState() {}, onDrop() {} },
    ended.signal,
  );
  for await (const { frame } of source) {
    pictures.push({ ptsMs: frame.ptsMs, data: Uint8Array.from(frame.image.data) });
    if (pictures.length === COUNT) break;
  }
  ended.abort();
  return pictures;
}

/** Those that have the same place in the film, which each client is shown from the beginning. The first has no true time. */
function pair(a: readonly Picture[], b: readonly Picture[], shift: number) {
  const placeIn = ({ ptsMs }: Picture, all: readonly Picture[]) => Math.round((ptsMs - all[1]!.ptsMs) / 40);
  const theirs = new Map(b.slice(1).map((each) => [placeIn(each, b) + shift, each.data]));
  return a.slice(1).flatMap((each) => {
    const other = theirs.get(placeIn(each, a));
    return other === undefined ? [] : [[each.data, other] as const];
  });
}

/** Mean difference of two planes, levels. */
function difference(a: Uint8Array, b: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / (to - from);
}

/** Native size: not a bit differs. Scaled: the two have different filters. */
const NATIVE = { widthPx: 960, heightPx: 540 };
for (const [size, most] of [
  [NATIVE, 0],
  [SIZE, 1.5],
] as const)
  t.test(`the same pictures as from FFmpeg at the same times, ${size.widthPx} px`, { skip }, async (t) => {
    await using camera = await TestCamera.start({ file: film, auth: 'digest', ...LOGIN });
    const expected = await watch(camera.url, 'software', size);
    const seen = await watch(camera.url, 'gstreamer', size);
    for (const pictures of [expected, seen]) {
      // FFmpeg does not know the time of the very first picture and gives it that of the second, or a little less.
      const steps = pictures
        .slice(2)
        .map(({ ptsMs }, i) => Number((ptsMs - pictures[i + 1]!.ptsMs).toFixed(1)));
      t.ok(
        steps.every((step) => step > 0 && step % 40 === 0),
        steps.join(' '),
      );
    }
    const luma = size.widthPx * size.heightPx;
    // Who fell behind at once has missed one at the beginning.
    const [best] = [-1, 0, 1]
      .map((shift) => pair(seen, expected, shift))
      .map((pairs) => {
        const mean = (from: number, to: number) =>
          pairs.reduce((sum, [a, b]) => sum + difference(a, b, from, to), 0) / pairs.length;
        return { pairs, brightness: mean(0, luma), colour: mean(luma, (luma * 3) / 2) };
      })
      .sort((a, b) => a.brightness - b.brightness);
    const { pairs, brightness, colour } = best!;
    t.ok(pairs.length > COUNT / 2, `${pairs.length} pictures compared`);
    t.ok(brightness <= most, `brightness differs by ${brightness.toFixed(3)} levels on average`);
    t.ok(colour <= most, `colour differs by ${colour.toFixed(3)} levels on average`);
  });

t.test('no password in the arguments or the environment of any child', { skip }, async (t) => {
  await using camera = await TestCamera.start({ file: film, auth: 'basic', ...LOGIN });
  await using viewer = view(camera.url, { decoder: 'gstreamer', stallMs: 4_000, credentials: LOGIN });
  await viewer.stands('streaming');
  const children = readdirSync('/proc').filter((name) => {
    try {
      return (
        /^\d+$/.test(name) && readFileSync(`/proc/${name}/stat`, 'latin1').includes(`) S ${process.pid} `)
      );
    } catch {
      return false;
    }
  });
  const told = children.map(
    (pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1') + readFileSync(`/proc/${pid}/environ`, 'latin1'),
  );
  t.ok(told.some((text) => text.startsWith('gst-launch-1.0')));
  t.ok(told.some((text) => text.startsWith('ffmpeg')));
  for (const text of told) t.notMatch(text, LOGIN.password);
});

t.test('what cameras do is told in the same words', { skip }, async (t) => {
  await using camera = await TestCamera.start({ file: film, auth: 'basic', ...LOGIN });
  await using stranger = view(camera.url, {
    decoder: 'gstreamer',
    stallMs: 4_000,
    credentials: { ...LOGIN, password: 'wrong' },
  });
  await using viewer = view(camera.url, { decoder: 'gstreamer', stallMs: 4_000, credentials: LOGIN });
  await stranger.stands('waiting unauthorised');
  await viewer.stands('streaming');
  camera.stall();
  await viewer.stands('waiting stalled');
  camera.resume();
  await viewer.stands('streaming');
  camera.dropClients();
  await viewer.stands('waiting ended');
  await viewer.stands('streaming');
  t.notMatch(JSON.stringify([...viewer.changes, ...stranger.changes]), LOGIN.password);
});

t.test('a picture of another shape is noticed', { skip }, async (t) => {
  await using camera = await TestCamera.start({ file: film });
  await using viewer = view(camera.url, {
    decoder: 'gstreamer',
    stallMs: 4_000,
    widthPx: 320,
    heightPx: 240,
  });
  await viewer.stands('streaming picture-distorted');
  t.pass();
});

/** A recording through both programs, whole. */
async function recorded(path: string, output: Output, ...shift: string[]) {
  const relay = relayArguments();
  const args = ['-loglevel', 'error', '-i', path, ...shift, ...relay.slice(relay.indexOf('-an'))];
  const session = new DecodeSession(
    { args, decodeBy: gstreamerArguments(by!, output), ...output, live: false, stallMs: 5000 },
    () => t.fail('no picture is lost'),
  );
  const pictures: Picture[] = [];
  for (let next = await session.next(); next !== undefined; next = await session.next()) {
    pictures.push({ ptsMs: next.frame.ptsMs, data: Uint8Array.from(next.frame.image.data) });
    next.release();
  }
  const { doubt, code } = session;
  await session.stop();
  return { pictures, doubt, code };
}

t.test(
  'every picture comes, also where the clock of the transport stream turns over',
  { skip },
  async (t) => {
    // 33 bits at 90 kHz (ISO/IEC 13818-1, 2.4.3.7): 26.5 hours.
    const turnS = 2 ** 33 / 90_000;
    const { pictures } = await recorded(film, SIZE, '-output_ts_offset', String(turnS - 10));
    t.equal(pictures.length, 500);
    const steps = pictures.slice(1).map(({ ptsMs }, i) => ptsMs - pictures[i]!.ptsMs);
    // Within one tick of that clock.
    t.ok(steps.every((step) => Math.abs(step - 40) < 1 / 90));
  },
);

t.test('turned as FFmpeg turns them, in the shape that they then have', { skip }, async (t) => {
  const path = drawn(
    filmFolder(t),
    'corner.mp4',
    'color=black:s=160x96:r=25,drawbox=0:0:40:30:white:fill',
    0.2,
  );
  const corners = { 0: [0, 0], 90: [1, 0], 180: [1, 1], 270: [0, 1] } as const;
  for (const rotate of [0, 90, 180, 270] as const) {
    const [widthPx, heightPx] = rotate % 180 === 0 ? ([160, 96] as const) : ([96, 160] as const);
    const { pictures, doubt } = await recorded(path, { widthPx, heightPx, rotate });
    t.equal(doubt, undefined, `${rotate}: not squeezed`);
    const { data } = pictures.at(-1)!;
    for (const right of [0, 1])
      for (const low of [0, 1])
        t.equal(
          data[(low === 0 ? 5 : heightPx - 6) * widthPx + (right === 0 ? 5 : widthPx - 6)]! > 200,
          right === corners[rotate][0] && low === corners[rotate][1],
          `${rotate}: ${low ? 'bottom' : 'top'} ${right ? 'right' : 'left'}`,
        );
    if (rotate >= 180) continue;
    const squeezed = await recorded(path, { widthPx: heightPx, heightPx: widthPx, rotate });
    t.equal(squeezed.doubt, 'picture-distorted', `${rotate}: in the other shape it says so`);
  }
});

t.test('H.265 too; another codec, and pictures above 8K, are not', { skip }, async (t) => {
  const film = (name: string, size: string, ...codec: string[]) => {
    const path = join(t.testdirName, name);
    const input = ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25`, '-t', '0.4'];
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...input, ...codec, path], { stdio: 'ignore' });
    return path;
  };
  t.testdir();
  const h265 = film('h265.mp4', '320x192', '-c:v', 'libx265');
  t.equal((await recorded(h265, SIZE)).pictures.length, 10);
  const mpeg4 = await recorded(film('mpeg4.avi', '320x192', '-c:v', 'mpeg4'), SIZE);
  t.match(mpeg4, { pictures: [], code: 'unsupported-codec' });
  const wide = await recorded(film('wide.mp4', '8192x128', '-c:v', 'libx264', '-preset', 'ultrafast'), SIZE);
  t.match(wide, { pictures: [], code: 'unsupported-codec' });
});

t.test('two moments in one picture become one, and no picture is lost', { skip }, async (t) => {
  const path = interlacedBar(filmFolder(t));
  const { pictures } = await recorded(path, SIZE);
  t.equal(pictures.length, 15);
  for (const { data } of pictures) if (comb(data, SIZE) > 0.5) t.fail(`combed by ${comb(data, SIZE)}`);
});
