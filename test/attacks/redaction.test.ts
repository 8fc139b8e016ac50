import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { frames } from '../../agent/decode/source.ts';
import { createDetector } from '../../agent/detect/detector.ts';
import { fullRange } from '../../agent/detect/full-range.ts';
import { keptBox, type PermittedFace, type TrackedFace } from '../../agent/domain/face.ts';
import { type PlanarImage, planarBytes, planesOf, type RawFrame } from '../../agent/domain/frame.ts';
import { grow } from '../../agent/domain/geometry.ts';
import { createSession } from '../../agent/inference/session.ts';
import { MODELS_FOLDER, ROOT } from '../../agent/installation.ts';
import { loadModelOf } from '../../agent/models/verify.ts';
import { createPermit } from '../../agent/permit/permit.ts';
import { createRedactor } from '../../agent/redact/redact.ts';
import { createTracker } from '../../agent/track/tracker.ts';
import { permittedAt } from '../support/permitted.ts';
import { seeded } from '../support/random.ts';
import { LONG, seedOf } from './form.ts';
import { read, whyNoTesseract, writingOf } from './writing.ts';

const SEED = seedOf();
const ROUNDS = LONG ? 5_000 : 300;

const frameOf = (image: PlanarImage) => ({ image, ptsMs: 0, arrivedMs: 0 }) as unknown as RawFrame;

/** What may be seen, pixel by pixel and without any cleverness: one value per byte of the image. */
function visible(
  { widthPx, heightPx, data }: PlanarImage,
  permitted: readonly PermittedFace[],
  hidden: readonly TrackedFace[],
): Uint8Array {
  const mask = new Uint8Array(data.length);
  const [luma, u, v] = planesOf({ widthPx, heightPx, data: mask });
  for (let y = 0; y < heightPx; y += 2)
    for (let x = 0; x < widthPx; x += 2) {
      const isKept = permitted.some(({ box }) => {
        const kept = keptBox(box);
        return x >= kept.x && y >= kept.y && x + 2 <= kept.x + kept.width && y + 2 <= kept.y + kept.height;
      });
      const isHidden = hidden.some(({ box }) => {
        const gone = grow(box, 1.5);
        return x < gone.x + gone.width && y < gone.y + gone.height && x + 2 > gone.x && y + 2 > gone.y;
      });
      if (!isKept || isHidden) continue;
      for (const at of [y * widthPx + x, (y + 1) * widthPx + x]) luma.fill(1, at, at + 2);
      const chroma = (y / 2) * (widthPx / 2) + x / 2;
      u[chroma] = 1;
      v[chroma] = 1;
    }
  return mask;
}

t.test(`${ROUNDS} rounds: what is under the mask changes nothing, seed ${SEED}`, async (t) => {
  const random = seeded(SEED);
  const between = (low: number, high: number) => low + random() * (high - low);
  const redactor = createRedactor();
  for (let round = 0; round < ROUNDS; round++) {
    const widthPx = 2 * Math.floor(between(16, 60));
    const heightPx = 2 * Math.floor(between(16, 40));
    const faces = Array.from({ length: Math.floor(random() * 4) }, (_, i) =>
      permittedAt(i, {
        x: between(-10, widthPx),
        y: between(-10, heightPx),
        width: between(1, 30),
        height: between(1, 30),
      }),
    );
    const permitted = faces.filter(() => random() < 0.6);
    const hidden = faces.filter((face) => !permitted.includes(face));
    const bytes = planarBytes(widthPx, heightPx);
    const first = Uint8Array.from({ length: bytes }, () => Math.floor(random() * 256));
    const mask = visible({ widthPx, heightPx, data: first }, permitted, hidden);
    // Anything else under the mask, from a single pixel to all of them.
    const share = random() ** 3;
    const second = first.map((value, i) =>
      mask[i] === 0 && random() < share ? Math.floor(random() * 256) : value,
    );
    const wanted = first.map((value, i) => (mask[i] === 1 ? value : 128));
    for (const data of [first, second]) {
      redactor.redact(frameOf({ widthPx, heightPx, data }), permitted, faces);
      if (!Buffer.from(data).equals(wanted)) {
        t.fail(`round ${round}: ${widthPx} x ${heightPx}, ${JSON.stringify(faces.map(({ box }) => box))}`);
        return;
      }
    }
  }
  t.pass('byte by byte the same');
});

const SIZE = { widthPx: 960, heightPx: 540 };
const skip = whyNoTesseract();
/** The writing on the walls of the scene, before and after, through the real detector, tracker, permit and redactor. */
for (const scene of ['plant-a', 'plant-b'])
  t.test(
    `${scene}: what is written in the room is read in the raw frame, and not afterwards`,
    skip === undefined ? {} : { skip },
    async (t) => {
      const truth = JSON.parse(readFileSync(join(ROOT, `test/scene/${scene}.json`), 'utf8'));
      const writing = writingOf(truth);
      const { files } = await loadModelOf('face-detector', join(MODELS_FOLDER, 'face-detector'));
      const session = await createSession(
        { name: 'detector', bytes: files.detector! },
        { provider: 'cpu', threads: 1 },
      );
      const detect = createDetector(session, fullRange, { ...SIZE, minScore: 0.5, farEveryFrames: 1 });
      const everywhere: [number, number][] = [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ];
      const permit = createPermit(
        { zones: [{ id: 'all', polygon: everywhere }], optOut: [] },
        SIZE.widthPx,
        SIZE.heightPx,
      );
      const { track } = createTracker();
      const { redact } = createRedactor();
      const options = { transport: 'tcp', decoder: 'software', stallMs: 5_000, realTime: false } as const;
      let raw: Uint8Array | undefined;
      for await (const { frame } of frames(
        {
          url: pathToFileURL(join(ROOT, `test/scene/${scene}.mp4`)).href,
          ...SIZE,
          ...options,
          reconnect: { firstMs: 1, mostMs: 1 },
        },
        { onState() {}, onDrop() {} },
        new AbortController().signal,
      )) {
        const tracks = track(await detect(frame), frame.ptsMs);
        const permitted = permit(tracks);
        raw = planesOf(frame.image)[0].slice();
        const { image } = redact(frame, permitted, tracks);
        if (permitted.length < truth.people.length) continue;
        for (const { words, box } of writing) {
          const before = await read(raw, SIZE, box);
          t.ok(
            words.every((word) => before.includes(word)),
            `read in the raw frame: ${before}`,
          );
          const after = await read(planesOf(image)[0], SIZE, box);
          // A letter or two is read out of any grey.
          t.notOk(
            words.some((word) => word.length > 2 && after.includes(word)),
            `and in the redacted one: "${after}"`,
          );
        }
        return;
      }
      t.fail('not all people were permitted in any frame');
    },
  );
