import { join } from 'node:path';
import t from 'tap';
import { buildStages } from '../../agent/camera/stages.ts';
import { loadConfig } from '../../agent/config/load.ts';
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
