import t from 'tap';
import { createDetector } from '../../agent/detect/detector.ts';
import { yunet } from '../../agent/detect/yunet.ts';
import type { RawFrame } from '../../agent/domain/frame.ts';
import { planarBytes } from '../../agent/domain/frame.ts';
import { createSession } from '../../agent/inference/session.ts';
import { OnnxGraph } from '../../models/face-detector/onnx.ts';

const STRIDES = [8, 16, 32];

/**
 * A graph with YuNet's input and outputs that sees a face in every picture: at anchor (column 3, row 2) of stride 16,
 * and one of lower score beside it that is the same face. The real weights are not ours to ship; what is tested is how
 * its answer is read, through a real session.
 */
function pretended(widthPx: number, heightPx: number): Uint8Array {
  const graph = new OnnxGraph();
  graph.input('input', [1, 3, 'height', 'width']);
  for (const stride of STRIDES) {
    const columns = widthPx / stride;
    const anchors = columns * (heightPx / stride);
    const outputs = {
      cls: { width: 1, data: new Float32Array(anchors) },
      obj: { width: 1, data: new Float32Array(anchors) },
      bbox: { width: 4, data: new Float32Array(4 * anchors) },
      kps: { width: 10, data: new Float32Array(10 * anchors) },
    };
    if (stride === 16)
      for (const [column, score] of [
        [3, 0.81],
        [4, 0.64],
      ] as const) {
        const i = 2 * columns + column;
        outputs.cls.data[i] = 1;
        outputs.obj.data[i] = score;
        // Both say the same place: half a cell right and down of anchor (3, 2); two cells wide, three high.
        outputs.bbox.data.set([3.5 - column, 0.5, Math.log(2), Math.log(3)], 4 * i);
        outputs.kps.data.set(
          [3, 0, 4, 0, 3.5, 0.5, 3.2, 1, 3.8, 1.2].map((v, k) => (k % 2 === 0 ? v - column : v)),
          10 * i,
        );
      }
    for (const [name, { width, data }] of Object.entries(outputs)) {
      graph.node('Identity', [graph.floats([1, anchors, width], data)], {}, `${name}_${stride}`);
      graph.output(`${name}_${stride}`, [1, anchors, width]);
    }
  }
  return graph.serialize('yunet-pretended');
}

t.test('the answer of YuNet, read into pixels of the frame', async (t) => {
  const session = await createSession(
    { name: 'yunet', bytes: pretended(128, 96) },
    { provider: 'cpu', threads: 1 },
  );
  const input = { widthPx: 128, heightPx: 96, scale: 0.5, data: new Float32Array(3 * 128 * 96) };
  const faces = await yunet.detect(session, input, 0.5);
  t.equal(faces.length, 1, 'the weaker one of the same face is suppressed');
  const [face] = faces;
  t.ok(Math.abs(face!.score - 0.9) < 1e-6, 'the root of class and objectness');
  // Cells of 16 input pixels are 32 of the frame.
  t.match(round(face!.box), { x: 80, y: 32, width: 64, height: 96 });
  t.match(round(face!.landmarks.leftEye), { x: 96, y: 64 });
  t.match(round(face!.landmarks.nose), { x: 112, y: 80 });
  t.match(round(face!.landmarks.mouth), { x: 112, y: 99.2 }, 'between its corners');
  t.equal(face!.landmarks.leftEar, undefined);
  t.same(await yunet.detect(session, input, 0.95), []);
});

t.test('YuNet in the detector: both passes and the close look, blue first', async (t) => {
  const size = { widthPx: 128, heightPx: 96 };
  const seen: number[][] = [];
  const detect = createDetector(
    { run: () => Promise.reject(new Error('not run')) },
    {
      ...yunet,
      detect: async (_, { widthPx, heightPx, data }) => {
        const area = widthPx * heightPx;
        const middle = (heightPx / 2) * widthPx + widthPx / 2;
        seen.push([widthPx, heightPx, ...[0, 1, 2].map((plane) => Math.round(data[plane * area + middle]!))]);
        return [];
      },
    },
    { ...size, minScore: 0.5, farEveryFrames: 12 },
  );
  const data = new Uint8Array(planarBytes(size.widthPx, size.heightPx));
  // BT.709 limited range: pure red.
  data
    .fill(63, 0, 128 * 96)
    .fill(102, 128 * 96, (128 * 96 * 5) / 4)
    .fill(240, (128 * 96 * 5) / 4);
  const point = { x: 64, y: 48 };
  const box = { x: 44, y: 28, width: 40, height: 40 };
  const landmarks = { leftEye: { x: 54, y: 40 }, rightEye: { x: 74, y: 40 }, nose: point, mouth: point };
  await detect({ image: { ...size, data }, ptsMs: 0, arrivedMs: 0 } as unknown as RawFrame, [
    { box, landmarks, confirmed: true },
  ]);
  t.same(
    seen.map(([width, height]) => [width, height]),
    [
      [128, 128],
      [128, 128],
      [128, 96],
      [512, 384],
    ],
    'close, wide, coarse, fine',
  );
  for (const [, , blue, green, red] of seen) {
    t.ok(red! > 250 && green! < 5 && blue! < 5, `${red}, ${green}, ${blue}`);
  }
});

const round = (values: object) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Math.round(value * 100) / 100]));
