import type { FaceCrop } from '../domain/frame.ts';
import type { Moment } from '../domain/tokens.ts';
import { Tensor } from '../inference/runtime.ts';
import type { Graph } from '../inference/session.ts';

export interface EncoderShape {
  readonly sizePx: number;
  readonly tokenCount: number;
  readonly dim: number;
}

/**
 * Micron-BERT's encoder over all crops of one frame, in one run: `crops` uint8 [batch, size, size, 3] in,
 * `tokens` float32 [batch, count, dim] out. Each crop is overwritten as soon as the run is over.
 */
export function createEncoder(graph: Graph, shape: EncoderShape) {
  const pixels = shape.sizePx * shape.sizePx * 3;
  const values = shape.tokenCount * shape.dim;

  return async (crops: readonly FaceCrop[]): Promise<Moment[]> => {
    if (crops.length === 0) return [];
    const batch = new Uint8Array(crops.length * pixels);
    crops.forEach((crop, i) => {
      batch.set(crop.rgb, i * pixels);
      crop.rgb.fill(0);
    });
    try {
      const input = new Tensor('uint8', batch, [crops.length, shape.sizePx, shape.sizePx, 3]);
      const { tokens } = await graph.run({ crops: input });
      const data = tokens!.data as Float32Array;
      return crops.map((crop, i) => ({
        trackId: crop.trackId,
        ptsMs: crop.ptsMs,
        // A copy of its own for each face, so that each can be overwritten when its time is over.
        tokens: data.slice(i * values, (i + 1) * values),
      }));
    } finally {
      batch.fill(0);
    }
  };
}
