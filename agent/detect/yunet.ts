import type { DetectedFace } from '../domain/face.ts';
import { Tensor } from '../inference/runtime.ts';
import type { Network } from './detector.ts';
import { suppress } from './nms.ts';

const STRIDES = [8, 16, 32];
const SUPPRESS_IOU = 0.3;

const unit = (value: number) => Math.min(1, Math.max(0, value));

/**
 * YuNet (Wu et al., "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 2023) in the form of
 * OpenCV's model zoo, 2023mar: input float32 [1, 3, h, w], BGR 0..255; per stride `cls_`, `obj_` [1, n, 1], `bbox_`
 * [1, n, 4], `kps_` [1, n, 10]: right eye, left eye, nose, right and left corner of the mouth of the person. It gives no
 * ears. Not shipped: the operator points `detector.file` at a copy with a dynamic input size.
 */
export const yunet: Network = {
  format: { gain: 1, offset: 0, order: 'bgr' },

  async detect(session, input, minScore) {
    const tensor = new Tensor('float32', input.data, [1, 3, input.heightPx, input.widthPx]);
    const out = await session.run({ input: tensor });
    const values = (name: string) => out[name]!.data as Float32Array;
    const faces: DetectedFace[] = [];
    for (const stride of STRIDES) {
      const cls = values(`cls_${stride}`);
      const obj = values(`obj_${stride}`);
      const box = values(`bbox_${stride}`);
      const kps = values(`kps_${stride}`);
      const columns = input.widthPx / stride;
      for (let i = 0; i < cls.length; i++) {
        const score = Math.sqrt(unit(cls[i]!) * unit(obj[i]!));
        if (score < minScore) continue;
        const column = i % columns;
        const row = Math.floor(i / columns);
        const pixels = stride / input.scale;
        const point = (index: number) => ({
          x: (column + kps[10 * i + 2 * index]!) * pixels,
          y: (row + kps[10 * i + 2 * index + 1]!) * pixels,
        });
        const width = Math.exp(box[4 * i + 2]!) * pixels;
        const height = Math.exp(box[4 * i + 3]!) * pixels;
        const [right, left] = [point(3), point(4)];
        faces.push({
          score,
          box: {
            x: (column + box[4 * i]!) * pixels - width / 2,
            y: (row + box[4 * i + 1]!) * pixels - height / 2,
            width,
            height,
          },
          landmarks: {
            leftEye: point(0),
            rightEye: point(1),
            nose: point(2),
            mouth: { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 },
          },
        });
      }
    }
    return suppress(faces, SUPPRESS_IOU);
  },
};
