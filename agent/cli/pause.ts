import { parseArgs } from 'node:util';
import { EXIT } from '../domain/errors.ts';
import { hold, lift, pausesIn } from '../governance/pause.ts';
import type { Io } from '../main.ts';
import { isHeld } from '../state/lock.ts';
import { stateFolderFrom } from './state-folder.ts';

function folderFrom(args: readonly string[]): Promise<string> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { state: { type: 'string' } },
  });
  return stateFolderFrom(positionals, values.state);
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
