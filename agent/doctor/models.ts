import type { Config } from '../config/schema.ts';
import { MODELS_FOLDER } from '../installation.ts';
import { verifyAll } from '../models/verify.ts';
import { type Finding, fail, ok } from './finding.ts';

/** Every model file against its manifest's SHA-256. */
export async function models({ modelsFolder }: Partial<Config['inference']>): Promise<Finding[]> {
  const folders = new Set([MODELS_FOLDER, ...(modelsFolder === undefined ? [] : [modelsFolder])]);
  const results = await Promise.all([...folders].map(verifyAll));
  return results
    .flat()
    .map((result) =>
      result.ok
        ? ok(
            result.model.manifest.name,
            `${result.model.manifest.version}, all files as in its manifest ${result.model.hash.slice(0, 12)}`,
          )
        : fail(result.folder, result.error.message, result.error.remedy ?? 'Install the model folder again.'),
    );
}
