import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export interface Options {
  readonly minutes: number;
  /** Of all that is random: which mishap, when, to which camera, for how long. */
  readonly seed: number;
  /** Where the report goes, JSON. */
  readonly report: string;
}

export class UsageError extends Error {}

const USAGE = 'Usage: npm run test:soak -- [--minutes 60] [--seed N] [--report FILE.json]';

/** @param clock milliseconds; without `--seed`, they are the seed. @throws UsageError */
export function optionsFrom(args: readonly string[], clock: () => number): Options {
  const type = 'string';
  let given: { minutes?: string; seed?: string; report?: string };
  try {
    given = parseArgs({
      args: [...args],
      options: { minutes: { type }, seed: { type }, report: { type } },
    }).values;
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message}. ${USAGE}`, { cause });
  }
  const minutes = Number(given.minutes ?? 60);
  const seed = Number(given.seed ?? clock() % 2 ** 32);
  if (!(minutes >= 1 && minutes <= 100_000)) throw new UsageError(`--minutes is 1 to 100000. ${USAGE}`);
  if (!Number.isInteger(seed)) throw new UsageError(`--seed is a whole number. ${USAGE}`);
  return { minutes, seed, report: given.report ?? join(tmpdir(), `micron-edge-soak-${seed}.json`) };
}
