import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { buildStages } from '../../agent/camera/stages.ts';
import { loadConfig } from '../../agent/config/load.ts';
import { frames } from '../../agent/decode/source.ts';
import { createDetector } from '../../agent/detect/detector.ts';
import type { DetectedFace } from '../../agent/domain/face.ts';
import { planarBytes, type RawFrame } from '../../agent/domain/frame.ts';
import { ROOT } from '../../agent/installation.ts';
import { watch } from '../../agent/pipeline.ts';

const SIZE = { widthPx: 128, heightPx: 96 };
const frame = (): RawFrame =>
  ({
    image: { ...SIZE, data: new Uint8Array(planarBytes(SIZE.widthPx, SIZE.heightPx)).fill(77) },
    ptsMs: 0,
    arrivedMs: 0,
  }) as unknown as RawFrame;

t.test('numbers that are none are no answer of a detector', async (t) => {
  const point = { x: 1, y: 1 };
  const face: DetectedFace = {
    score: 0.9,
    box: { x: 10, y: 10, width: 20, height: 20 },
    landmarks: { leftEye: point, rightEye: point, nose: point, mouth: point },
  };
  const answering = (faces: DetectedFace[]) =>
    createDetector(
      { run: () => Promise.reject(new Error('not run')) },
      { format: { gain: 1, offset: 0, order: 'rgb' }, detect: async () => faces },
      { ...SIZE, minScore: 0.5, farEveryFrames: 1 },
    );
  t.equal((await answering([face])(frame())).length, 1);
  for (const broken of [
    { ...face, score: Number.NaN },
    { ...face, box: { ...face.box, width: Number.POSITIVE_INFINITY } },
    { ...face, landmarks: { ...face.landmarks, nose: { x: Number.NaN, y: 0 } } },
  ])
    await t.rejects(answering([face, broken])(frame()));
});

t.test('a detector that is late: the whole frame goes, and nothing comes of it', async (t) => {
  const { config } = await loadConfig(join(ROOT, 'config/demo.yaml'));
  const camera = { ...config.cameras[0]!, analysis: SIZE };
  const built = await buildStages({ camera, config }, { wallClock: () => 0, patienceMs: 0 });
  const released: boolean[] = [];
  async function* source() {
    const late = frame();
    yield {
      frame: late,
      release: () => void released.push(late.image.data.every((value) => value === 128)),
    };
  }
  for await (const _ of watch(source(), built.stages)) t.fail('slots out of a frame that nobody could read');
  t.same(released, [true], 'grey from edge to edge before it is given back');
  t.same(built.frames(), { seen: 1, redactedWhole: 1 });
});

t.test(
  'a detector that fails: the whole frame goes; one that goes on failing ends the process',
  async (t) => {
    const { config } = await loadConfig(join(ROOT, 'config/demo.yaml'));
    // The network of the other kind: it runs, and nothing that it says can be read.
    const file = join(ROOT, 'models/face-detector/full-range.onnx');
    const camera = { ...config.cameras[0]!, analysis: SIZE };
    const detector = { ...config.detector, kind: 'yunet' as const, file };
    const built = await buildStages({ camera, config: { ...config, detector } }, { wallClock: () => 0 });
    const released: boolean[] = [];
    async function* source() {
      for (;;) {
        const failing = frame();
        yield {
          frame: failing,
          release: () => void released.push(failing.image.data.every((value) => value === 128)),
        };
      }
    }
    await t.rejects(async () => {
      for await (const _ of watch(source(), built.stages))
        t.fail('slots out of a frame that nobody could read');
    });
    t.equal(released.length, 51, 'fifty times it may be a hiccup');
    t.ok(
      released.slice(0, 50).every((grey) => grey),
      'and each of those frames is grey from edge to edge',
    );
    t.same(built.frames(), { seen: 51, redactedWhole: 50 });
  },
);

t.test('who is in an opt-out area is gone before the detector looks', async (t) => {
  const { config } = await loadConfig(join(ROOT, 'config/demo.yaml'));
  const [camera] = config.cameras;
  const analysis = { widthPx: 960, heightPx: 540 };
  const url = pathToFileURL(join(ROOT, 'test/scene/plant-a.mp4')).href;
  /** Centres of the faces in the first picture of the film, as shares of its width. */
  const found = async (optOut: (typeof camera & object)['optOut']): Promise<number[]> => {
    const watched = { ...camera!, analysis, optOut, url };
    const built = await buildStages({ camera: watched, config }, { wallClock: () => 0 });
    const ended = new AbortController();
    const { transport, stallMs } = watched;
    const source = frames(
      {
        ...{ url, transport, stallMs, decoder: 'software', ...analysis, realTime: false },
        reconnect: { firstMs: 1, mostMs: 1 },
      },
      { onState() {}, onDrop() {} },
      ended.signal,
    );
    for await (const { frame: first, release } of source) {
      const faces = await built.stages.detect(first);
      release();
      ended.abort();
      if (faces === 'unsure') throw new Error('unsure');
      return faces.map(({ box }) => (box.x + box.width / 2) / analysis.widthPx).sort((a, b) => a - b);
    }
    throw new Error('no picture');
  };
  const [left, right] = await found([]);
  t.ok(left! < 0.5 && right! > 0.5, 'there are two');
  const rightHalf = [
    [0.5, 0],
    [1, 0],
    [1, 1],
    [0.5, 1],
  ] as [number, number][];
  const seen = await found([rightHalf]);
  t.ok(seen.length === 1 && Math.abs(seen[0]! - left!) < 0.01, `one of them in the opt-out area: ${seen}`);
});
