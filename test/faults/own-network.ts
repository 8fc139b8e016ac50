import { spawnSync } from 'node:child_process';

const MARK = 'MICRON_EDGE_OWN_NETWORK';

/** Routes may be taken away, and nobody else notices. */
export const hasOwnNetwork = process.env[MARK] === 'yes';

/** Runs this program again in a network namespace of its own, where one may be had, and does not come back. */
export function enterOwnNetwork(program: string): void {
  if (process.env[MARK] !== undefined) return;
  const inside = ['-n', 'bash', '-c', 'ip link set lo up && exec "$0" "$@"', process.execPath];
  const isAllowed = spawnSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up']).status === 0;
  const self = [...process.execArgv, program];
  const [command, args] = isAllowed ? ['unshare', [...inside, ...self]] : [process.execPath, self];
  const env = { ...process.env, [MARK]: isAllowed ? 'yes' : 'no' };
  process.exit(spawnSync(command, args, { stdio: 'inherit', env }).status ?? 1);
}
