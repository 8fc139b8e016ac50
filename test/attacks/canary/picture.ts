import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createAligner } from '../../../agent/align/aligner.ts';
import { frames } from '../../../agent/decode/source.ts';
import { createDetector } from '../../../agent/detect/detector.ts';
import { fullRange } from '../../../agent/detect/full-range.ts';
import type { Template } from '../../../agent/domain/face.ts';
import { planarBytes, planesOf, type RedactedFrame } from '../../../agent/domain/frame.ts';
import { type Box, centreOf, grow } from '../../../agent/domain/geometry.ts';
import { createSession } from '../../../agent/inference/session.ts';
import { MODELS_FOLDER, ROOT } from '../../../agent/installation.ts';
import { loadModelOf } from '../../../agent/models/verify.ts';
import { seeded } from '../../support/random.ts';
import { type Bank, bankOf, type Grey, type Known } from './bank.ts';

/** What cameras show, and what it becomes on the way: everything by which it is known again. */
export interface Canary {
  /** MP4 for a test camera. */
  readonly film: string;
  readonly bank: Bank;
  /** I420 of `ANALYSIS`, as the decoder hands it on. */
  readonly frame: Uint8Array;
  /** All that the decoder makes of it: compression has them differ a little. */
  readonly frames: readonly Uint8Array[];
  /** Interleaved RGB, a square. */
  readonly crop: { readonly sizePx: number; readonly rgb: Uint8Array };
}

export const ANALYSIS = { widthPx: 256, heightPx: 144 };
export const FPS = 15;
const FILM = { widthPx: 640, heightPx: 360 };
const FRAMES = 2 * FPS;
/** Side of the squares of the pattern: large enough to outlive compression and scaling to a quarter. */
const CELL_PX = 8;
const FACE_CONTRAST = 16;
const LAMP_PX = 48;
/** Where the scene is taken from. */
const SCENE = { name: 'plant-a', widthPx: 960, frame: 100, fps: 25 };

/**
 * A still of the scene with its writing, the room filled with noise that is nowhere else in the world, and a fainter
 * noise over the faces, which are found all the same.
 */
export async function makeCanary(folder: string, seed: number): Promise<Canary> {
  const film = join(folder, 'canary.mp4');
  await encode(await drawn(seeded(seed), true), film);
  const decoded = await decodedFrames(film);
  const frame = decoded[Math.floor(decoded.length / 2)]!;
  const crop = await cropOf(frame);
  const luma = planesOf({ ...ANALYSIS, data: frame })[0];
  const room: Known = {
    name: 'frame',
    ...ANALYSIS,
    data: luma,
    cellShare: CELL_PX / FILM.widthPx,
  };
  const green = crop.rgb.filter((_, i) => i % 3 === 1);
  const square = { widthPx: crop.sizePx, heightPx: crop.sizePx };
  const face: Known = {
    name: 'face',
    ...square,
    data: green,
    cellShare: 1 / 15,
  };
  return {
    film,
    bank: bankOf([...decoded.flatMap(planes), ...(await compressed(film))], [room], [face]),
    frame,
    frames: decoded,
    crop,
  };
}

/** The same room when nobody is in it: an MP4. */
export async function makeEmptyRoom(folder: string, seed: number): Promise<string> {
  const film = join(folder, 'empty.mp4');
  await encode(await drawn(seeded(seed), false), film);
  return film;
}

function planes(data: Uint8Array): Grey[] {
  const { widthPx, heightPx } = ANALYSIS;
  return planesOf({ ...ANALYSIS, data }).map((plane, i) => ({
    name: 'YUV'[i]!,
    widthPx: i === 0 ? widthPx : widthPx / 2,
    heightPx: i === 0 ? heightPx : heightPx / 2,
    data: plane,
  }));
}

/** The film's own bytes, in rows of any length. */
async function compressed(film: string): Promise<Grey[]> {
  const data = await readFile(film);
  // Before and after come boxes that every film has.
  const [from, widthPx] = [2_048, 240];
  return [
    {
      name: 'H.264',
      widthPx,
      heightPx: Math.floor((data.length - 2 * from) / widthPx),
      data: data.subarray(from),
    },
  ];
}

async function drawn(random: () => number, withPeople: boolean): Promise<Uint8Array> {
  const { widthPx, heightPx } = FILM;
  const image = await still();
  const [luma] = planesOf({ ...FILM, data: image });
  const truth = JSON.parse(await readFile(join(ROOT, `test/scene/${SCENE.name}.json`), 'utf8'));
  const scale = widthPx / SCENE.widthPx;
  const boxOf = ([x, y, width, height]: number[]): Box => ({
    x: x! * scale,
    y: y! * scale,
    width: width! * scale,
    height: height! * scale,
  });
  // biome-ignore lint/suspicious/noExplicitAny: the scene's own format
  const people = truth.people.map((person: any) => boxOf(person.frames.box[SCENE.frame])) as Box[];
  const faces = withPeople ? people : [];
  const writing = (truth.text as { box: number[] }[]).map(({ box }) => grow(boxOf(box), 1.3));
  const isIn = (boxes: readonly Box[], x: number, y: number) =>
    boxes.some((box) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height);
  const around = faces.map((box) => grow(box, 1.5));
  for (let top = 0; top < heightPx; top += CELL_PX)
    for (let left = 0; left < widthPx; left += CELL_PX) {
      const level = 20 + Math.floor(random() * 210);
      const sign = random() < 0.5 ? -1 : 1;
      for (let y = top; y < top + CELL_PX; y++)
        for (let x = left; x < left + CELL_PX; x++) {
          const at = y * widthPx + x;
          if (isIn(faces, x, y)) luma[at] = Math.max(16, Math.min(235, luma[at]! + sign * FACE_CONTRAST));
          else if (!isIn(around, x, y) && !isIn(writing, x, y)) luma[at] = level;
        }
    }
  return image;
}

/** One frame of the scene, I420 of the film's size. */
function still(): Promise<Uint8Array> {
  const file = join(ROOT, `test/scene/${SCENE.name}.mp4`);
  const args = ['-loglevel', 'error', '-ss', `${SCENE.frame / SCENE.fps}`, '-i', file, '-frames:v', '1'];
  const out = ['-vf', `scale=${FILM.widthPx}:${FILM.heightPx}`, '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-'];
  const maxBuffer = planarBytes(FILM.widthPx, FILM.heightPx) + 1;
  return new Promise((resolve, reject) => {
    execFile('ffmpeg', [...args, ...out], { encoding: 'buffer', maxBuffer }, (error, stdout) =>
      error === null ? resolve(Uint8Array.from(stdout)) : reject(error),
    );
  });
}

/** A lamp that blinks in the lower right corner: a picture that is sent twice counts as none. */
function withLamp(image: Uint8Array, isOn: boolean): Uint8Array {
  const { widthPx, heightPx } = FILM;
  const lit = Uint8Array.from(image);
  for (let y = heightPx - LAMP_PX; y < heightPx; y++)
    lit.fill(isOn ? 200 : 60, (y + 1) * widthPx - LAMP_PX, (y + 1) * widthPx);
  return lit;
}

async function encode(image: Uint8Array, path: string): Promise<void> {
  const input = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'yuv420p',
    '-s',
    `${FILM.widthPx}x${FILM.heightPx}`,
    '-r',
    `${FPS}`,
  ];
  const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '14', '-bf', '0', '-g', `${FPS}`];
  const child = spawn('ffmpeg', ['-loglevel', 'error', '-y', ...input, '-i', '-', ...codec, path], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  for (let i = 0; i < FRAMES; i++)
    if (!child.stdin.write(withLamp(image, i % 2 === 0))) await once(child.stdin, 'drain');
  child.stdin.end();
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`ffmpeg cannot make the film (${code})`);
}

/** Through the decoder of the daemon, so that they are the very bytes that it will see. */
async function decodedFrames(film: string): Promise<Uint8Array[]> {
  const decoded: Uint8Array[] = [];
  const options = {
    transport: 'tcp',
    decoder: 'software',
    ...ANALYSIS,
    stallMs: 5_000,
    realTime: false,
  } as const;
  for await (const { frame } of frames(
    { url: pathToFileURL(film).href, ...options, reconnect: { firstMs: 1, mostMs: 1 } },
    { onState() {}, onDrop() {} },
    new AbortController().signal,
  ))
    decoded.push(frame.image.data.slice());
  return decoded;
}

/** The first face as it would go into the network. */
async function cropOf(data: Uint8Array): Promise<Canary['crop']> {
  const { files } = await loadModelOf('face-detector', join(MODELS_FOLDER, 'face-detector'));
  const session = await createSession(
    { name: 'detector', bytes: files.detector! },
    { provider: 'cpu', threads: 1 },
  );
  const detect = createDetector(session, fullRange, { ...ANALYSIS, minScore: 0.5, farEveryFrames: 1 });
  const frame = { image: { ...ANALYSIS, data }, ptsMs: 0, arrivedMs: 0 } as never;
  const faces = (await detect(frame)).sort((a, b) => centreOf(a.box).x - centreOf(b.box).x);
  if (faces.length < 2) throw new Error(`${faces.length} faces are found in the canary picture, not 2`);
  const manifest = JSON.parse(await readFile(join(MODELS_FOLDER, 'micron-bert-edge/manifest.json'), 'utf8'));
  const sizePx: number = manifest.input.widthPx;
  const { align } = createAligner(manifest.landmarkTemplate as Template, sizePx);
  const face = { trackId: 1, zoneId: 'z', detected: true, confirmed: true, ...faces[0]! };
  const [crop] = align(frame as RedactedFrame, [face], () => {});
  return { sizePx, rgb: crop!.rgb };
}
