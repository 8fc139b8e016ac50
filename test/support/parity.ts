import { Tensor } from 'onnxruntime-node';
import { createSession } from '../../agent/inference/session.ts';

/** Bytes of an encoder and of the comparator that reads its tokens, and the model's parity.json. */
export interface Graphs {
  readonly encoder: Buffer;
  readonly comparator: Buffer;
  readonly parity: Buffer;
}

/** How far ONNX Runtime is from PyTorch. */
export interface Strayed {
  /** What the sample allows in fp32. */
  readonly tolerance: number;
  /** Largest absolute error of every output that the sample holds; `tokens` are the encoder's. */
  readonly errors: Readonly<Record<string, number>>;
  /** Of each pair in the sample: moved, moved back, still, everything different. */
  readonly motion: Float32Array;
}

interface Packed {
  readonly dtype: string;
  readonly dims: readonly number[];
  readonly base64: string;
}

/** Runs the sample that `models/training/micron_bert/parity.py` wrote, on the CPU. */
export async function strayed(graphs: Graphs): Promise<Strayed> {
  const sample = JSON.parse(graphs.parity.toString('utf8'));
  const { tolerance, tokenRows, pairs, crops, tokens: wantedTokens, schema: _, ...outputs } = sample;
  const [encoder, comparator] = await Promise.all(
    (['encoder', 'comparator'] as const).map((name) =>
      createSession({ name, bytes: graphs[name] }, { provider: 'cpu', threads: 1 }),
    ),
  );
  const ran = await encoder!.run({ crops: new Tensor('uint8', unpacked(crops) as Uint8Array, crops.dims) });
  const tokens = ran.tokens!.data as Float32Array;
  const [batch, count, dim] = ran.tokens!.dims as [number, number, number];
  const row = (crop: number, at: number) =>
    tokens.subarray((crop * count + at) * dim, (crop * count + at + 1) * dim);
  const rows = Array.from({ length: batch }, (_, crop) =>
    (tokenRows as number[]).flatMap((at) => [...row(crop, at)]),
  ).flat();
  const errors: Record<string, number> = { tokens: worst(rows, unpacked(wantedTokens)) };

  const side = (index: 0 | 1) => {
    const of = (pairs as [number, number][]).flatMap((pair) => [
      ...tokens.subarray(pair[index] * count * dim, (pair[index] + 1) * count * dim),
    ]);
    return new Tensor('float32', Float32Array.from(of), [pairs.length, count, dim]);
  };
  const answer = await comparator!.run({ onset: side(0), apex: side(1) });
  for (const [name, wanted] of Object.entries(outputs as Record<string, Packed>))
    errors[name] = worst(answer[name]!.data as Float32Array, unpacked(wanted));
  return { tolerance, errors, motion: answer.motion!.data as Float32Array };
}

function unpacked({ base64, dtype }: Packed): Uint8Array | Float32Array {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return dtype === 'uint8' ? bytes : new Float32Array(bytes.buffer);
}

function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} values where ${b.length} were expected`);
  // Not Math.max alone: it would let a NaN of the first value pass as the largest of none.
  return Array.from(a).reduce((most, value, i) => {
    const error = Math.abs(value - b[i]!);
    return error <= most ? most : Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
  }, 0);
}
