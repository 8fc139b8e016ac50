import { readFile } from 'node:fs/promises';
import { OperatorError } from '../domain/errors.ts';

/** The operator's own detector. It has no manifest: the operator vouches for it. @throws OperatorError model-missing */
export async function loadDetectorFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new OperatorError('environment', 'model-missing', `The detector file ${path} cannot be read.`, {
      remedy: 'Correct detector.file, or make the file readable by the user of the service.',
      cause,
    });
  }
}
