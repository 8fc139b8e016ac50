import { access, constants } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/load.ts';
import { EXIT, OperatorError } from '../domain/errors.ts';
import { hold, lift, pausesIn } from '../governance/pause.ts';
import { defaultConfigPath } from '../installation.ts';
import type { Io } from '../main.ts';
import { stateFolderOf } from '../state/folder.ts';
import { isHeld } from '../state/lock.ts';

/** State folder of the daemon that is meant: named directly, or by its configuration. */
async function folderFrom(args: readonly string[]): Promise<string> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { state: { type: 'string' } },
  });
  const [path = defaultConfigPath(process.env), ...rest] = positionals;
  if (rest.length > 0 || (values.state !== undefined && positionals.length > 0))
    throw new OperatorError('config', 'usage', 'Name a configuration, or a folder with --state.');
  const folder = values.state ?? stateFolderOf((await loadConfig(path)).config, process.env);
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

/** `micron-edge pause [CONFIG] [--state FOLDER]`: capture ends within a second, and stays off until `resume`. */
export async function pause(args: readonly string[], io: Io): Promise<number> {
  const folder = await folderFrom(args);
  await hold(folder, 'local');
  io.out(
    (await isHeld(folder))
      ? 'paused: cameras are disconnected within a second, also after a restart, until: micron-edge resume\n'
      : 'paused: no daemon runs on this state folder; it will start paused, until: micron-edge resume\n',
  );
  return EXIT.ok;
}

/** `micron-edge resume [CONFIG] [--state FOLDER]`: lifts every pause, also one from MQTT; hours and governance stay. */
export async function resume(args: readonly string[], io: Io): Promise<number> {
  const folder = await folderFrom(args);
  const pauses = await pausesIn(folder);
  for (const { by } of pauses) await lift(folder, by);
  io.out(
    pauses.length === 0
      ? 'there was no pause\n'
      : `resumed: no longer paused (${pauses.map(({ by }) => by).join(', ')}); hours and governance still decide\n`,
  );
  return EXIT.ok;
}
