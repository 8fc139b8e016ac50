import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import t from 'tap';
import { createSession } from '../../agent/inference/session.ts';
import { MODELS_FOLDER } from '../../agent/installation.ts';
import { loadModel, loadModelOf, verifyAll } from '../../agent/models/verify.ts';

const EDGE = join(MODELS_FOLDER, 'micron-bert-edge');

t.test('the shipped models are what their manifests say', async (t) => {
  const results = await verifyAll(MODELS_FOLDER);
  t.same(
    results.map(({ ok }) => ok),
    [true, true],
  );
});

t.test('one bit changed in any file is told apart from a missing file', async (t) => {
  const folder = join(t.testdir(), 'model');
  cpSync(EDGE, folder, { recursive: true });
  const path = join(folder, 'encoder.onnx');
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(path, bytes);
  await t.rejects(loadModel(folder), { code: 'model-tampered', fault: 'environment' });
  writeFileSync(join(folder, 'manifest.json'), '{}');
  await t.rejects(loadModel(folder), { code: 'manifest-invalid' });
  await t.rejects(loadModel(join(folder, 'nowhere')), { code: 'model-missing' });
  await t.rejects(loadModelOf('face-detector', EDGE), { code: 'model-kind' });
});

t.test('ONNX Runtime computes what PyTorch computed when the model was exported', async (t) => {
  const { files } = await loadModelOf('micron-bert', EDGE);
  const parity = JSON.parse(files.parity!.toString('utf8'));
  const unpack = (name: string) => {
    const { base64, dims, dtype } = parity[name];
    const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
    return { dims, data: dtype === 'uint8' ? bytes : new Float32Array(bytes.buffer) };
  };
  const options = { provider: 'cpu', threads: 1 } as const;
  const crops = unpack('crops');
  const encoder = await createSession(files.encoder!, options);
  const { tokens } = await encoder.run({ crops: new Tensor('uint8', crops.data as Uint8Array, crops.dims) });
  const [, count, dim] = tokens!.dims as [number, number, number];
  const data = tokens!.data as Float32Array;
  const worst = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
  const rows = [0, 1, 2].flatMap((crop) =>
    (parity.tokenRows as number[]).flatMap((row) => [
      ...data.subarray((crop * count + row) * dim, (crop * count + row + 1) * dim),
    ]),
  );
  t.ok(worst(rows, unpack('tokens').data) < parity.tolerance);

  const side = (index: number) => {
    const out = new Float32Array(parity.pairs.length * count * dim);
    for (const [i, pair] of (parity.pairs as [number, number][]).entries())
      out.set(data.subarray(pair[index]! * count * dim, (pair[index]! + 1) * count * dim), i * count * dim);
    return new Tensor('float32', out, [parity.pairs.length, count, dim]);
  };
  const comparator = await createSession(files.comparator!, options);
  const answer = await comparator.run({ onset: side(0), apex: side(1) });
  for (const name of ['logits', 'dma', 'poi', 'motion'])
    t.ok(worst(answer[name]!.data as Float32Array, unpack(name).data) < parity.tolerance, name);
  const motion = answer.motion!.data as Float32Array;
  t.ok(motion[0]! > 10 * motion[2]!, 'and two pixels of motion are more than none');
});

t.test('a provider that is not there is refused, never replaced', async (t) => {
  const { files } = await loadModelOf('micron-bert', EDGE);
  t.equal((await createSession(files.encoder!, { provider: 'auto', threads: 1 })).provider, 'cpu');
  await t.rejects(createSession(files.encoder!, { provider: 'tensorrt', threads: 1 }), {
    code: 'provider-unavailable',
    fault: 'environment',
  });
  await t.rejects(createSession(Buffer.from('not a model'), { provider: 'cpu', threads: 1 }), {
    code: 'model-unusable',
  });
});
