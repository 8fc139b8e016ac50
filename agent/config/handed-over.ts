import { basename, dirname, join } from 'node:path';

/** Where the unit hands secrets to the service; LoadCredential=secret:FOLDER puts `secret_` before each file's name. */
const CREDENTIALS = '/run/credentials/';
const PREFIX = 'secret_';
const SOURCE = '/etc/micron-edge/secrets';

/**
 * The file from which systemd makes one below /run/credentials, which is there only inside the running unit; undefined for
 * every other file, and inside the unit.
 */
export function sourceOf(file: string, env: NodeJS.ProcessEnv, folder = SOURCE): string | undefined {
  if (!file.startsWith(CREDENTIALS) || env.CREDENTIALS_DIRECTORY === dirname(file)) return undefined;
  const name = basename(file);
  return join(folder, name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name);
}
