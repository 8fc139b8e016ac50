import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OperatorError } from '../domain/errors.ts';
import { LABELS } from '../domain/signal.ts';

const entrySchema = z.strictObject({
  zone: z.string(),
  startMs: z.int(),
  endMs: z.int(),
  epsilon: z.number().nonnegative(),
  /** When it was released, wall clock. */
  atMs: z.int(),
  counts: z.record(z.enum(LABELS), z.int()),
});
export type LedgerEntry = z.output<typeof entrySchema>;

const DAY_MS = 86_400_000;
/** Entries that can still matter: the rolling day, and as much again for clocks that were wrong. */
const KEEP_MS = 2 * DAY_MS;

/**
 * What has been released, on disk before anybody hears of it: one JSON line per window and zone, fsynced. It answers
 * how much of a zone's daily privacy budget is spent, and makes sure that the noise of a window is drawn only once.
 */
export class Ledger implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #entries: LedgerEntry[];

  private constructor(file: FileHandle, entries: LedgerEntry[]) {
    this.#file = file;
    this.#entries = entries;
  }

  /** @throws OperatorError ledger-unwritable, ledger-corrupt (exit code 4) */
  static async open(folder: string, nowMs: number): Promise<Ledger> {
    const path = join(folder, 'releases.jsonl');
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const entries = (await readEntries(path)).filter(({ atMs }) => atMs > nowMs - KEEP_MS);
      const rewritten = `${path}.new`;
      const file = await open(rewritten, 'w', 0o600);
      await file.writeFile(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
      await file.sync();
      await rename(rewritten, path);
      return new Ledger(file, entries);
    } catch (cause) {
      if (cause instanceof OperatorError) throw cause;
      throw new OperatorError(
        'environment',
        'ledger-unwritable',
        `The ledger of releases in ${folder} cannot be written (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
        { remedy: `Give the user of the service a folder of its own: install -d -m 0700 ${folder}`, cause },
      );
    }
  }

  find(zone: string, startMs: number): LedgerEntry | undefined {
    return this.#entries.find((entry) => entry.zone === zone && entry.startMs === startMs);
  }

  /** Privacy loss of a zone over the 24 hours before `nowMs`; entries from a future that a wrong clock wrote count too. */
  spent(zone: string, nowMs: number): number {
    return this.#entries
      .filter((entry) => entry.zone === zone && entry.atMs > nowMs - DAY_MS)
      .reduce((sum, { epsilon }) => sum + epsilon, 0);
  }

  /** On disk when it resolves. */
  async append(entry: LedgerEntry): Promise<void> {
    await this.#file.appendFile(`${JSON.stringify(entry)}\n`);
    await this.#file.datasync();
    this.#entries.push(entry);
    while (this.#entries.length > 0 && this.#entries[0]!.atMs <= entry.atMs - KEEP_MS) this.#entries.shift();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

async function readEntries(path: string): Promise<LedgerEntry[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  // A crash in the middle of an append leaves a last line without its end; nobody was told of it yet.
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line, i) => {
    try {
      return entrySchema.parse(JSON.parse(line));
    } catch (cause) {
      throw new OperatorError('environment', 'ledger-corrupt', `${path}:${i + 1} is not a ledger entry.`, {
        remedy:
          'Find out what wrote there. To go on without the record, move the file away: budgets of the last day are then unknown, so wait a day.',
        cause,
      });
    }
  });
}
