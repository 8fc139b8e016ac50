import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createSession } from '../../agent/inference/session.ts';
import { MODELS_FOLDER } from '../../agent/installation.ts';
import { loadModel, loadModelOf, verifyAll } from '../../agent/models/verify.ts';
import { strayed } from '../support/parity.ts';

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

t.test('a file cut short is said to be, with its name and both lengths', async (t) => {
  const folder = join(t.testdir(), 'model');
  cpSync(EDGE, folder, { recursive: true });
  const path = join(folder, 'comparator.onnx');
  const whole = readFileSync(path);
  writeFileSync(path, whole.subarray(0, 1000));
  await t.rejects(loadModel(folder), {
    code: 'model-truncated',
    fault: 'environment',
    message: `${path} is not the file that its manifest names: it has 1000 bytes, files.comparator.bytes says ${whole.length}.`,
  });
  const [result] = await verifyAll(folder);
  t.match(result, { ok: false, error: { code: 'model-truncated' } });
  writeFileSync(path, Buffer.concat([whole, Buffer.alloc(1)]));
  await t.rejects(loadModel(folder), { code: 'model-tampered', message: /files\.comparator\.sha256/ });
});

t.test('ONNX Runtime computes what PyTorch computed when the model was exported', async (t) => {
  const { files } = await loadModelOf('micron-bert', EDGE);
  const { encoder, comparator, parity } = files;
  const { errors, tolerance, motion } = await strayed({
    encoder: encoder!,
    comparator: comparator!,
    parity: parity!,
  });
  t.ok(Object.keys(errors).length >= 5);
  for (const [output, error] of Object.entries(errors)) t.ok(error < tolerance, `${output}: ${error}`);
  t.ok(motion[0]! > 10 * motion[2]!, 'and two pixels of motion are more than none');
});

t.test('a provider that is not there is refused, never replaced', async (t) => {
  const { files } = await loadModelOf('micron-bert', EDGE);
  const encoder = { name: 'encoder.onnx', bytes: files.encoder! };
  t.equal((await createSession(encoder, { provider: 'auto', threads: 1 })).provider, 'cpu');
  await t.rejects(createSession(encoder, { provider: 'tensorrt', threads: 1 }), {
    code: 'provider-unavailable',
    fault: 'environment',
  });
  const broken = { name: 'broken.onnx', bytes: Buffer.from('not a model') };
  await t.rejects(createSession(broken, { provider: 'cpu', threads: 1 }), {
    code: 'model-unusable',
    message: /broken\.onnx on cpu/,
  });
});
