import { writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../../agent/cli/run.ts';
import { exitCodeOf } from '../../../agent/domain/errors.ts';
import { type Cell, cells } from '../../governance/matrix.ts';

/** What a run is started with: the text of its configuration for a cell, and which cells. */
export interface Starts {
  readonly folder: string;
  /** A configuration as JSON, without its governance and with the camera's address by kind of source. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly urls: { readonly local: string; readonly remote: string };
  readonly today: string;
  /** Of the refused cells, every how many-th, and from which on. */
  readonly every: number;
  readonly from: number;
}

/** One line on standard output for each start. */
export interface Outcome {
  readonly cell: Cell;
  readonly exitCode: number;
  readonly words: string;
}

/** Written when all refusals are over and one that is allowed begins: a marker in what strace sees. */
export const ALLOWED = 'now one that is allowed\n';

/** A refusal takes milliseconds. Whoever is still there after this has been let in. */
const LET_IN_MS = 30_000;

/** @returns where the configuration is now */
function write({ folder, config, urls }: Starts, governance: object, remote: boolean): string {
  const path = join(folder, 'config.yaml');
  const [camera] = config.cameras as object[];
  const url = remote ? urls.remote : urls.local;
  writeFileSync(path, JSON.stringify({ ...config, governance, cameras: [{ ...camera, url }] }));
  return path;
}

async function start(starts: Starts, cell: Cell): Promise<Outcome> {
  const path = write(starts, cell.governance, cell.remote);
  let words = '';
  const said = (text: string) => {
    words += text;
  };
  const late = setTimeout(() => {
    writeSync(1, `${JSON.stringify({ cell, exitCode: -1, words: 'let in' })}\n`);
    process.exit(1);
  }, LET_IN_MS);
  try {
    return { cell, exitCode: await run([path], { out: said, err: said }), words };
  } catch (error) {
    return { cell, exitCode: exitCodeOf(error), words: `${words}${(error as Error).message}` };
  } finally {
    clearTimeout(late);
  }
}

/** The command `run` in every refused cell of the matrix, one after the other in one process; then in one that is not. */
if (process.argv[2] !== undefined && import.meta.url.endsWith('gate/starts.js')) {
  const starts = JSON.parse(process.argv[2]) as Starts;
  const refused = [...cells(new Date(starts.today))].filter((cell) => cell.refused.length > 0);
  for (let i = starts.from; i < refused.length; i += starts.every)
    writeSync(1, `${JSON.stringify(await start(starts, refused[i]!))}\n`);
  writeSync(1, ALLOWED);
  const path = write(starts, { purpose: 'demo', jurisdiction: 'EU' }, false);
  process.exitCode = await run([path], { out: () => {}, err: () => {} });
}
