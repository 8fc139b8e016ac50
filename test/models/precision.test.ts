import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { createSession } from '../../agent/inference/session.ts';
import { MODELS_FOLDER } from '../../agent/installation.ts';
import { loadConfigured } from '../../agent/models/configured.ts';
import type { Precision } from '../../agent/models/manifest.ts';
import { comparatorOffer, encoderOffers } from '../../agent/models/precision.ts';
import { loadModelOf } from '../../agent/models/verify.ts';
import { configOf, good } from '../config/written.ts';

type Files = Record<string, { file: string; sha256: string; bytes: number }>;
type Edit = (manifest: {
  files: Files;
  precisions: { recommended: Record<'cpu' | 'gpu', Precision> };
}) => void;

const LOWER = { encoderFp16: 'encoder', comparatorFp16: 'comparator', encoderInt8: 'encoder' };

/** The shipped model, in fp32 alone or with its fp32 files standing for the others as well. */
function modelFolder(t: Test, edit: Edit): string {
  const folder = join(t.testdir(), 'models');
  cpSync(join(MODELS_FOLDER, 'micron-bert-edge'), join(folder, 'micron-bert-edge'), { recursive: true });
  const path = join(folder, 'micron-bert-edge/manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  for (const role of Object.keys(LOWER)) delete manifest.files[role];
  manifest.precisions = { recommended: { cpu: 'fp32', gpu: 'fp32' } };
  edit(manifest);
  writeFileSync(path, JSON.stringify(manifest));
  return folder;
}

const everything: Edit = ({ files, precisions }) => {
  for (const [role, like] of Object.entries(LOWER)) files[role] = files[like]!;
  precisions.recommended = { cpu: 'int8', gpu: 'fp16' };
};

const load = (folder: string) => loadModelOf('micron-bert', join(folder, 'micron-bert-edge'));

t.test(
  'auto means what the manifest recommends there, then fp32; a named precision means itself',
  async (t) => {
    const model = await load(modelFolder(t, everything));
    const offered = (wanted: Precision | 'auto', provider: 'cpu' | 'cuda' | 'tensorrt') =>
      encoderOffers(model, wanted)(provider).map(({ precision }) => precision);
    t.same(offered('auto', 'cpu'), ['int8', 'fp32']);
    t.same(offered('auto', 'cuda'), ['fp16', 'fp32']);
    t.same(offered('auto', 'tensorrt'), ['fp16', 'fp32']);
    t.same(offered('int8', 'tensorrt'), ['int8']);
    t.equal(comparatorOffer(model, 'int8').bytes, model.files.comparator, 'int8 compares in fp32');
    t.equal(comparatorOffer(model, 'fp16').bytes, model.files.comparatorFp16);
  },
);

t.test('a graph that does not run gives way to the next, and the session says which one runs', async (t) => {
  const model = await load(modelFolder(t, everything));
  model.files.encoderInt8!.fill(0);
  const session = await createSession(encoderOffers(model, 'auto'), { provider: 'cpu', threads: 1 });
  t.equal(session.offer.precision, 'fp32');
  await t.rejects(createSession(encoderOffers(model, 'int8'), { provider: 'cpu', threads: 1 }), {
    code: 'model-unusable',
  });
});

t.test('a precision that the model lacks stops the start', async (t) => {
  const config = await configOf(good());
  t.equal(config.inference.precision, 'auto');
  const modelsFolder = modelFolder(t, () => {});
  const withPrecision = (precision: Precision) =>
    loadConfigured({ ...config, inference: { ...config.inference, modelsFolder, precision } });
  for (const precision of ['fp16', 'int8'] as const)
    await t.rejects(withPrecision(precision), {
      code: 'precision-missing',
      fault: 'environment',
      message: `inference.precision is ${precision}, and the model micron-bert-edge comes in fp32 only.`,
    });
  await t.resolves(withPrecision('fp32'));
});

t.test('a manifest that recommends what it does not have is refused', async (t) => {
  const cases: readonly [Edit, RegExp][] = [
    [({ precisions }) => Object.assign(precisions.recommended, { cpu: 'int8' }), /precisions\.recommended/],
    [({ precisions }) => Object.assign(precisions.recommended, { gpu: 'bf16' }), /fp32/],
    [({ files }) => Object.assign(files, { encoderFp16: files.encoder }), /come together/],
    [({ files }) => Object.assign(files, { encoderFp8: files.encoder }), /encoderFp8/],
  ];
  for (const [edit, message] of cases)
    await t.rejects(load(modelFolder(t, edit)), { code: 'manifest-invalid', message });
});
