import t from 'tap';
import type { PermittedFace } from '../../agent/domain/face.ts';
import { planarBytes, type RawFrame } from '../../agent/domain/frame.ts';
import { createRedactor } from '../../agent/redact/redact.ts';
import { seeded } from '../support/random.ts';
import { LONG, seedOf } from './form.ts';
import { type Lesson, readerShare } from './reader.ts';

const SEED = seedOf();
const W = 256;
const H = 144;
const CLASSES = 10;
const LESSONS = 3_000;
const EXAM = 1_000;
/** Where the digit is, a square; the reader sees every second pixel of it. */
const SIGN = { x: 160, y: 40, side: 64 };

/** Five by seven, row by row. */
const FONT = [
  '01110 10001 10011 10101 11001 10001 01110',
  '00100 01100 00100 00100 00100 00100 01110',
  '01110 10001 00001 00110 01000 10000 11111',
  '01110 10001 00001 00110 00001 10001 01110',
  '00010 00110 01010 10010 11111 00010 00010',
  '11111 10000 11110 00001 00001 10001 01110',
  '00110 01000 10000 11110 10001 10001 01110',
  '11111 00001 00010 00100 01000 01000 01000',
  '01110 10001 10001 01110 10001 10001 01110',
  '01110 10001 10001 01111 00001 00010 01100',
].map((digit) => digit.split(' '));

/** A room with noise, a permitted face, and a digit somewhere on the sign. */
function room(digit: number, random: () => number): RawFrame {
  const data = new Uint8Array(planarBytes(W, H)).fill(128);
  for (let i = 0; i < W * H; i++) data[i] = 60 + Math.floor(random() * 30);
  const cell = 4 + random() * 4;
  const left = SIGN.x + random() * (SIGN.side - 5 * cell);
  const top = SIGN.y + random() * (SIGN.side - 7 * cell);
  for (let y = 0; y < 7 * cell; y++)
    for (let x = 0; x < 5 * cell; x++)
      if (FONT[digit]![Math.floor(y / cell)]![Math.floor(x / cell)] === '1')
        data[Math.floor(top + y) * W + Math.floor(left + x)] = 200 + Math.floor(random() * 30);
  return { image: { widthPx: W, heightPx: H, data }, ptsMs: 0, arrivedMs: 0 } as unknown as RawFrame;
}

const POINT = { x: 0, y: 0 };
const FACE: PermittedFace = {
  trackId: 1,
  zoneId: 'z',
  box: { x: 40, y: 40, width: 50, height: 60 },
  landmarks: { leftEye: POINT, rightEye: POINT, nose: POINT, mouth: POINT },
  detected: true,
  confirmed: true,
};

/** What redaction must not be: blocks of the mean of their pixels, moved by up to 12 of 256 levels. */
function pixelated({ image }: RawFrame, random: () => number): void {
  const side = 16;
  for (let top = 0; top < H; top += side)
    for (let left = 0; left < W; left += side) {
      let sum = 0;
      for (let y = top; y < top + side; y++)
        for (let x = left; x < left + side; x++) sum += image.data[y * W + x]!;
      const level = sum / side ** 2 + (random() * 2 - 1) * 12;
      for (let y = top; y < top + side; y++) image.data.fill(level, y * W + left, y * W + left + side);
    }
}

function lesson(count: number, treat: (frame: RawFrame) => void, random: () => number): Lesson {
  const classes = Uint8Array.from({ length: count }, () => Math.floor(random() * CLASSES));
  const pictures = Array.from(classes, (digit) => {
    const frame = room(digit, random);
    treat(frame);
    const { data } = frame.image;
    const half = SIGN.side / 2;
    return Float32Array.from(
      { length: half ** 2 },
      (_, i) => data[(SIGN.y + 2 * Math.floor(i / half)) * W + SIGN.x + 2 * (i % half)]!,
    );
  });
  return { pictures, classes };
}

t.test(
  `a network that learns to read what is destroyed, seed ${SEED}`,
  LONG ? { timeout: 600_000 } : { skip: 'in npm run test:attacks' },
  async (t) => {
    const redactor = createRedactor();
    const learnt = (treat: (frame: RawFrame) => void) => {
      const random = seeded(SEED);
      return readerShare(lesson(LESSONS, treat, random), lesson(EXAM, treat, random), CLASSES, random);
    };
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    const chance = 1 / CLASSES;
    // Chance comes to this once in ten thousand times.
    const limit = chance + 3.72 * Math.sqrt((chance * (1 - chance)) / EXAM);

    const raw = learnt(() => {});
    t.ok(raw > 0.6, `raw frames: ${percent(raw)} of the digits are read`);
    const noise = seeded(SEED + 1);
    const blocks = learnt((frame) => pixelated(frame, noise));
    t.ok(blocks > 2 * chance, `coarse blocks with noise: ${percent(blocks)}, so the attack works`);
    const redacted = learnt((frame) => redactor.redact(frame, [FACE], [FACE]));
    t.ok(redacted < limit, `redacted frames: ${percent(redacted)}, chance is ${percent(chance)}`);
  },
);
