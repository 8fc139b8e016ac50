import { access, constants } from 'node:fs/promises';
import { loadConfig } from '../config/load.ts';
import { OperatorError } from '../domain/errors.ts';
import { defaultConfigPath } from '../installation.ts';
import { stateFolderOf } from '../state/folder.ts';

/**
 * State folder of the daemon that is meant: named directly, or by its configuration.
 *
 * @param paths of the configuration, at most one
 * @param named with --state
 * @throws OperatorError usage, state-unwritable, and what is wrong with the configuration
 */
export async function stateFolderFrom(paths: readonly string[], named: string | undefined): Promise<string> {
  const [path = defaultConfigPath(process.env), ...rest] = paths;
  if (rest.length > 0 || (named !== undefined && paths.length > 0))
    throw new OperatorError('config', 'usage', 'Name a configuration, or a folder with --state.');
  const folder = named ?? stateFolderOf((await loadConfig(path)).config, process.env);
  await access(folder, constants.W_OK | constants.X_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new OperatorError(
      'environment',
      'state-unwritable',
      `The state folder ${folder} cannot be written (${cause.code ?? 'unknown error'}).`,
      { remedy: 'Do this as the user of the service, or as root.', cause },
    );
  });
  return folder;
}
