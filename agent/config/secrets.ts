import { readFile } from 'node:fs/promises';
import type { Credentials } from '../domain/credentials.ts';
import { OperatorError } from '../domain/errors.ts';

/** No password is longer; a file that is has been named by mistake. */
const LONGEST = 4096;

const malformed = (path: string, what: string): OperatorError =>
  new OperatorError('environment', 'secret-malformed', `The secret in ${path} ${what}.`, {
    remedy: 'The file holds one line of text and nothing else.',
  });

/**
 * The one line of a secret file, without its line end.
 * @throws OperatorError secret-missing, secret-unreadable, secret-malformed; none of them holds any of the content
 */
export async function readSecret(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
      throw new OperatorError('environment', 'secret-missing', `There is no secret file ${path}.`, {
        remedy: 'Make it, readable by the user of the service alone (chmod 0400).',
        cause,
      });
    throw new OperatorError(
      'environment',
      'secret-unreadable',
      `The secret file ${path} cannot be read (${cause.code ?? 'unknown error'}).`,
      { remedy: 'It must be an ordinary file that belongs to the user of the service.', cause },
    );
  });
  if (bytes.length > LONGEST) throw malformed(path, `is longer than ${LONGEST} bytes`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    // The decoder's own error says nothing but this, and is not worth the risk of passing it on.
    if (error instanceof TypeError) throw malformed(path, 'is not UTF-8 text');
    throw error;
  }
  const line = text.replace(/\r?\n$/, '');
  if (line === '') throw malformed(path, 'is empty');
  if (/[\r\n\0]/.test(line)) throw malformed(path, 'has more than one line');
  return line;
}

/**
 * User and password from a file with one line `user:password`; the password may contain ":".
 * @throws OperatorError secret-missing, secret-unreadable, secret-malformed
 */
export async function readCredentials(path: string): Promise<Credentials> {
  const line = await readSecret(path);
  const colon = line.indexOf(':');
  if (colon < 1 || colon === line.length - 1) throw malformed(path, 'is not of the form user:password');
  return { user: line.slice(0, colon), password: line.slice(colon + 1) };
}
