import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mostOpenFiles } from './load.ts';
import { type Options, optionsFrom, UsageError } from './options.ts';
import { simulate } from './simulate.ts';
import { inWords } from './words.ts';

/** A socket and a ledger for each node, in its process; a socket for each in the broker. */
const filesOf = ({ nodes, processes }: Options) =>
  Math.max(nodes + 50, 3 * Math.ceil(nodes / processes) + 100);

/** `npm run sim:fleet`. Exit code 0 when nothing was lost by nodes and all came back, 1 otherwise, 2 for wrong arguments. */
async function main(args: readonly string[]): Promise<number> {
  const options = optionsFrom(args);
  const [needed, allowed] = [filesOf(options), mostOpenFiles()];
  if (needed > allowed)
    throw new UsageError(
      `${options.nodes} nodes take ${needed} open files in one process, and ${allowed} are allowed: ulimit -n ${needed}`,
    );
  const folder = mkdtempSync(join(tmpdir(), 'micron-edge-fleet-'));
  // The broker gives up root's rights before it reads its files.
  chmodSync(folder, 0o755);
  try {
    const figures = await simulate(options, folder, (text) =>
      process.stderr.write(`${new Date().toISOString()} ${text}\n`),
    );
    process.stdout.write(inWords(figures));
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(figures, undefined, 2)}\n`);
    const { lostByNodes, unknown, waiting } = figures.account;
    return lostByNodes === 0 && unknown === 0 && waiting === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  return 2;
});
