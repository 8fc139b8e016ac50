import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { OperatorError } from '../domain/errors.ts';
import { sourceOf } from './handed-over.ts';
import type { Reference } from './references.ts';
import { readCredentials, readSecret } from './secrets.ts';

/** What a look at a file that the configuration names has shown; no text holds any of its content. */
export interface Inspection {
  readonly reference: Reference;
  readonly error?: OperatorError;
  readonly warning?: { readonly found: string; readonly remedy: string };
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

/**
 * Is the file there, of the right form, and as private as it should be? Of one that systemd hands to the service, the
 * file from which it is made is looked at.
 */
export async function inspect(
  reference: Reference,
  env: NodeJS.ProcessEnv,
  folder?: string,
): Promise<Inspection> {
  const source = sourceOf(reference.file, env, folder);
  const file = source ?? reference.file;
  try {
    await look({ ...reference, file });
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return source === undefined ? { reference, error } : outside(reference, source, error);
  }
  const { mode } = await stat(file);
  return isSecret(reference) && (mode & OTHERS_MAY_READ) !== 0
    ? {
        reference,
        warning: { found: `every user of this machine may read ${file}`, remedy: `chmod o-r ${file}` },
      }
    : { reference };
}

function outside(reference: Reference, source: string, error: OperatorError): Inspection {
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM')
    return {
      reference,
      warning: {
        found: `${reference.file} is there only inside the running unit, and ${source}, of which systemd makes it, is for root alone`,
        remedy: 'Run this as root, or start the unit: it says in its journal what is wrong with a secret.',
      },
    };
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return { reference, error };
  return {
    reference,
    error: new OperatorError(
      'environment',
      'secret-missing',
      `${reference.file} is made by systemd when the unit starts, out of ${source}, and that is not there.`,
      { remedy: `Put it into ${source} (chmod 0400), then systemctl restart micron-edge.`, cause: error },
    ),
  };
}
