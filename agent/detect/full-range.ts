import type { DetectedFace } from '../domain/face.ts';
import { Tensor } from '../inference/runtime.ts';
import type { Network } from './detector.ts';
import { merge } from './nms.ts';

/** Anchors: one per 4 x 4 input pixels, row by row. */
const STRIDE = 4;
const VALUES = 16;
const MERGE_IOU = 0.3;

/**
 * MediaPipe's full-range BlazeFace (model card "MediaPipe Face Detection (Full Range)", 2021) as converted by
 * models/face-detector: input float32 [1, 3, h, w] in -1..1 RGB; `regressors` [1, n, 16] in input pixels from the anchor
 * centre: centre x, y, width, height, then right eye, left eye, nose, mouth, right ear, left ear of the person, which
 * are left and right the other way round in the image; `scores` [1, n, 1] logits.
 */
export const fullRange: Network = {
  format: { gain: 1 / 127.5, offset: -1, order: 'rgb' },

  async detect(session, input, minScore) {
    const tensor = new Tensor('float32', input.data, [1, 3, input.heightPx, input.widthPx]);
    const out = await session.run({ input: tensor });
    const scores = out.scores!.data as Float32Array;
    const values = out.regressors!.data as Float32Array;
    const columns = input.widthPx / STRIDE;
    // Compared as logits: one logarithm instead of an exponential for each of up to 9216 anchors.
    const minLogit = Math.log(minScore / (1 - minScore));
    const faces: DetectedFace[] = [];
    for (let i = 0; i < scores.length; i++) {
      if (scores[i]! < minLogit) continue;
      const anchorX = ((i % columns) + 0.5) * STRIDE;
      const anchorY = (Math.floor(i / columns) + 0.5) * STRIDE;
      const at = i * VALUES;
      const width = values[at + 2]! / input.scale;
      const height = values[at + 3]! / input.scale;
      const point = (index: number) => ({
        x: (anchorX + values[at + 2 * index]!) / input.scale,
        y: (anchorY + values[at + 2 * index + 1]!) / input.scale,
      });
      const centre = point(0);
      faces.push({
        score: 1 / (1 + Math.exp(-scores[i]!)),
        box: { x: centre.x - width / 2, y: centre.y - height / 2, width, height },
        landmarks: {
          leftEye: point(2),
          rightEye: point(3),
          nose: point(4),
          mouth: point(5),
          leftEar: point(6),
          rightEar: point(7),
        },
      });
    }
    return merge(faces, MERGE_IOU);
  },
};
