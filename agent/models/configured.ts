import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { OperatorError } from '../domain/errors.ts';
import { MODELS_FOLDER } from '../installation.ts';
import type { MicronBertManifest } from './manifest.ts';
import { requirePrecision } from './precision.ts';
import { loadModelOf, type VerifiedModel } from './verify.ts';

export interface ConfiguredModels {
  readonly micronBert: VerifiedModel<MicronBertManifest>;
  /** ONNX bytes of the face detector. */
  readonly detector: Buffer;
}

/** Both models that a configuration asks for, verified. @throws OperatorError model-*, precision-missing */
export async function loadConfigured({
  inference,
  detector,
}: Pick<Config, 'inference' | 'detector'>): Promise<ConfiguredModels> {
  const folder = inference.modelsFolder ?? MODELS_FOLDER;
  const micronBert = await loadModelOf('micron-bert', join(folder, inference.model));
  requirePrecision(micronBert.manifest, inference.precision);
  return {
    micronBert,
    detector:
      detector.file === undefined
        ? (await loadModelOf('face-detector', join(MODELS_FOLDER, 'face-detector'))).files.detector!
        : await readOwn(detector.file),
  };
}

/** The operator's own detector has no manifest: the operator vouches for it. */
async function readOwn(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new OperatorError('environment', 'model-missing', `The detector file ${path} cannot be read.`, {
      remedy: 'Correct detector.file, or make the file readable by the user of the service.',
      cause,
    });
  }
}
