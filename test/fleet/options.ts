import { parseArgs } from 'node:util';

export interface Options {
  readonly nodes: number;
  readonly zones: number;
  readonly minutes: number;
  /** Length of a window, seconds. */
  readonly windowS: number;
  readonly healthS: number;
  /** Processes that share the nodes. */
  readonly processes: number;
  /** How long the broker is away in the middle, seconds. */
  readonly awayS: number;
  /** With the configuration that we ship, and a certificate for each node. */
  readonly tls: boolean;
  /** Where the figures go as JSON. */
  readonly json?: string;
}

export class UsageError extends Error {}

const USAGE =
  'Usage: npm run sim:fleet -- [--nodes 1000] [--zones 3] [--minutes 4] [--window 15] [--health 30] [--away 10] [--processes 4] [--tls] [--json FILE]';

/** @throws UsageError */
export function optionsFrom(args: readonly string[]): Options {
  const type = 'string' as const;
  let given: Record<string, string | boolean | undefined>;
  try {
    given = parseArgs({
      args: [...args],
      options: {
        ...{ nodes: { type }, zones: { type }, minutes: { type }, window: { type }, health: { type } },
        ...{ away: { type }, processes: { type }, json: { type }, tls: { type: 'boolean' } },
      },
    }).values;
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message}. ${USAGE}`, { cause });
  }
  const number = (name: string, otherwise: number, [least, most]: readonly [number, number]): number => {
    const value = Number(given[name] ?? otherwise);
    if (!(value >= least && value <= most))
      throw new UsageError(`--${name} is ${least} to ${most}. ${USAGE}`);
    return value;
  };
  const nodes = Math.round(number('nodes', 1_000, [1, 100_000]));
  return {
    nodes,
    zones: Math.round(number('zones', 3, [1, 50])),
    minutes: number('minutes', 4, [0.1, 1_440]),
    windowS: number('window', 15, [1, 3_600]),
    healthS: number('health', 30, [1, 3_600]),
    awayS: number('away', 10, [0, 3_600]),
    processes: Math.min(nodes, Math.round(number('processes', 4, [1, 64]))),
    tls: given.tls === true,
    ...(typeof given.json === 'string' ? { json: given.json } : {}),
  };
}
