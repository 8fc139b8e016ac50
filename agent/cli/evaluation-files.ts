import { type FileHandle, open, readFile } from 'node:fs/promises';
import { OperatorError } from '../domain/errors.ts';
import { parseTruth, type Truth } from '../evaluate/truth.ts';

/** @throws OperatorError truth-missing, truth-invalid (exit 2) */
export async function readTruth(file: string): Promise<Truth> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new OperatorError(
      'config',
      'truth-missing',
      `The ground truth ${file} cannot be read (${cause.code}).`,
      { remedy: 'Name a JSON file such as test/scene/plant-a.json.', cause },
    );
  });
  return parseTruth(text, file);
}

/**
 * Opened before the recording is played, so that a wrong path is said at once. Undefined when none is wanted.
 * @throws OperatorError output-not-writable (exit 2)
 */
export async function openOutput(file: string | undefined): Promise<FileHandle | undefined> {
  if (file === undefined) return undefined;
  return open(file, 'w').catch((cause: NodeJS.ErrnoException) => {
    throw new OperatorError('config', 'output-not-writable', `${file} cannot be written (${cause.code}).`, {
      remedy: 'Name a file in a folder that is there and that you may write to.',
      cause,
    });
  });
}
