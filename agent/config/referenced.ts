import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { OperatorError } from '../domain/errors.ts';
import type { Reference } from './references.ts';
import { readCredentials, readSecret } from './secrets.ts';

/** What a look at a file that the configuration names has shown; neither text holds any of its content. */
export interface Inspection {
  readonly reference: Reference;
  readonly error?: OperatorError;
  readonly warning?: string;
}

const OTHERS_MAY_READ = 0o004;

const isSecret = ({ kind }: Reference): boolean =>
  kind === 'credentials' || kind === 'password' || kind === 'private-key';

async function look({ kind, file }: Reference): Promise<void> {
  if (kind === 'credentials') await readCredentials(file);
  else if (kind === 'password') await readSecret(file);
  else
    await access(file, constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'ENOENT' ? 'does not exist' : `cannot be read (${cause.code})`;
      throw new OperatorError('environment', 'file-unreadable', `${file} ${why}.`, {
        remedy: 'Put it there, readable by the user of the service.',
        cause,
      });
    });
}

/** Is the file there, of the right form, and as private as it should be? */
export async function inspect(reference: Reference): Promise<Inspection> {
  try {
    await look(reference);
  } catch (error) {
    if (error instanceof OperatorError) return { reference, error };
    throw error;
  }
  const { mode } = await stat(reference.file);
  return isSecret(reference) && (mode & OTHERS_MAY_READ) !== 0
    ? { reference, warning: `every user of this machine may read ${reference.file}; chmod o-r it` }
    : { reference };
}
