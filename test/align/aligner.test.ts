import t from 'tap';
import { createAligner } from '../../agent/align/aligner.ts';
import { apply, fitSimilarity, invert } from '../../agent/align/similarity.ts';
import type { PermittedFace } from '../../agent/domain/face.ts';
import { planarBytes, type RedactedFrame } from '../../agent/domain/frame.ts';
import { seeded } from '../support/random.ts';

const TEMPLATE = { leftEye: [39, 44], rightEye: [73, 44], nose: [56, 63], mouth: [56, 83] } as const;

t.test('the fitted similarity is the true one, and its inverse leads back', async (t) => {
  const random = seeded(5);
  for (let round = 0; round < 100; round++) {
    const truth = { a: random() * 2 - 1, b: random() * 2 - 1, tx: random() * 99, ty: random() * 99 };
    const from = Array.from({ length: 4 }, () => ({ x: random() * 200, y: random() * 200 }));
    const fit = fitSimilarity(
      from,
      from.map((point) => apply(truth, point)),
    )!;
    for (const key of ['a', 'b', 'tx', 'ty'] as const)
      if (Math.abs(fit[key] - truth[key]) > 1e-6) t.fail(`${key}: ${fit[key]} for ${truth[key]}`);
    const back = apply(invert(fit), apply(fit, { x: 7, y: 11 }));
    if (Math.hypot(back.x - 7, back.y - 11) > 1e-6) t.fail('the inverse leads elsewhere');
  }
  t.equal(
    fitSimilarity(
      [
        { x: 1, y: 1 },
        { x: 1, y: 1 },
      ],
      [
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ],
    ),
    undefined,
  );
});

/** A frame with a bright dot at each landmark of a face twice as large as the crop, moved by `shift`. */
function scene(ptsMs: number, shift: number): { frame: RedactedFrame; face: PermittedFace } {
  const [W, H] = [480, 320];
  const data = new Uint8Array(planarBytes(W, H)).fill(60, 0, W * H).fill(128, W * H);
  const landmarks = Object.fromEntries(
    Object.entries(TEMPLATE).map(([name, [x, y]]) => [name, { x: x * 2 + 80 + shift, y: y * 2 + 40 }]),
  ) as unknown as PermittedFace['landmarks'];
  for (const { x, y } of Object.values(landmarks))
    for (let j = -4; j < 4; j++) data.fill(220, (y + j) * W + x - 4, (y + j) * W + x + 4);
  const box = { x: 80 + shift, y: 40, width: 224, height: 224 };
  const face = { trackId: 1, zoneId: 'z', box, landmarks, detected: true, confirmed: true };
  return {
    frame: { image: { widthPx: W, heightPx: H, data }, ptsMs, arrivedMs: 0 } as unknown as RedactedFrame,
    face,
  };
}

t.test('landmarks land on the template and stay there when the face moves', async (t) => {
  const aligner = createAligner(TEMPLATE, 112);
  const resets: number[] = [];
  const at = (rgb: Uint8Array, x: number, y: number) => rgb[(y * 112 + x) * 3]!;
  let ptsMs = 0;
  const step = (shift: number) => {
    ptsMs += 40;
    const { frame, face } = scene(ptsMs, shift);
    return aligner.align(frame, [face], () => resets.push(ptsMs))[0]!;
  };
  const first = step(0);
  t.equal(first.residualPx, undefined, 'of the first crop nobody knows');
  t.ok(at(first.rgb, 20, 100) < 70);
  for (const { rgb } of [first, step(2), step(4), step(44), step(84)])
    for (const [x, y] of Object.values(TEMPLATE)) t.ok(at(rgb, x, y) > 200, `${x}, ${y}`);
  t.same(resets, [40], 'one beginning');
  aligner.keepOnly(new Set([2]));
  step(84);
  t.same(resets, [40, 240], 'what is forgotten begins anew');
  ptsMs += 600;
  step(84);
  t.same(resets, [40, 240, 880], 'and so does what was not seen for long');
});
