import { join } from 'node:path';
import type { Clock } from '../domain/clock.ts';
import { OperatorError } from '../domain/errors.ts';
import { type Disk, type GrowingFile, replace, systemDisk } from '../state/disk.ts';
import { bytesOf, type LedgerLine, linesOf, type ReleaseLine } from './ledger-line.ts';
import { ProvenTime } from './proven-time.ts';

export interface LedgerOptions {
  readonly clock: Clock;
  /** How long a message is kept that the broker has not taken, milliseconds. */
  readonly keepMs: number;
  readonly disk?: Disk;
}

/** What is entered before anybody hears of it. */
export type Release = Pick<ReleaseLine, 'zone' | 'startMs' | 'endMs' | 'epsilon'> & {
  readonly payload: string;
};

/** A message that the broker has not acknowledged. */
export interface Waiting {
  readonly n: number;
  readonly zone: string;
  readonly payload: string;
}

type Entry = Omit<ReleaseLine, 'kind'>;

const DAY_MS = 86_400_000;
/** A file is written anew at most this often, so that small expiries add up. */
const REWRITE_MS = 600_000;

/**
 * What has been released, on disk before anybody hears of it: it answers how much of a zone's daily privacy budget is
 * spent, makes sure that the noise of a window is drawn only once, and holds each message, byte for byte, until the
 * broker has it. One process at a time may open it: see `StateLock`.
 */
export class Ledger implements AsyncDisposable {
  readonly #path: string;
  readonly #options: LedgerOptions;
  readonly #disk: Disk;
  readonly #entries: Map<number, Entry>;
  readonly #time: ProvenTime;
  #file: GrowingFile | undefined;
  /** The file may hold something else than `#entries`: it is written anew before it grows again. */
  #damaged = true;
  /** The file holds messages that the broker has. */
  #stale = false;
  #rewrittenUpMs = 0;
  #next: number;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(path: string, options: LedgerOptions, lines: readonly LedgerLine[]) {
    this.#path = path;
    this.#options = options;
    this.#disk = options.disk ?? systemDisk;
    this.#entries = entriesOf(lines);
    this.#time = new ProvenTime(
      options.clock,
      lines.findLast((line) => line.kind === 'clock'),
      lines.reduce((most, line) => Math.max(most, 'provenMs' in line ? line.provenMs : 0), 0),
    );
    this.#next = lines.reduce((most, line) => Math.max(most, line.kind === 'release' ? line.n : 0), 0) + 1;
  }

  /** @throws OperatorError ledger-unwritable, ledger-corrupt (exit code 4) */
  static async open(folder: string, options: LedgerOptions): Promise<Ledger> {
    const path = join(folder, 'releases.jsonl');
    const disk = options.disk ?? systemDisk;
    try {
      await disk.makeFolder(folder);
      const ledger = new Ledger(path, options, linesOf(path, (await disk.read(path)) ?? Buffer.alloc(0)));
      await ledger.#exclusive(() => ledger.#rewrite());
      return ledger;
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

  /** Has this window been drawn already? It can come again when the wall clock is set back. */
  has(zone: string, startMs: number): boolean {
    return [...this.#entries.values()].some((entry) => entry.zone === zone && entry.startMs === startMs);
  }

  /** Privacy loss of a zone over the 24 hours before now, in proven time. */
  spent(zone: string): number {
    return [...this.#entries.values()]
      .filter((entry) => entry.zone === zone && this.#counts(entry))
      .reduce((sum, { epsilon }) => sum + epsilon, 0);
  }

  /** Oldest first. */
  get waiting(): Waiting[] {
    return [...this.#entries.values()].flatMap((entry) =>
      entry.payload !== undefined && this.#isWanted(entry)
        ? [{ n: entry.n, zone: entry.zone, payload: entry.payload }]
        : [],
    );
  }

  /** On disk when it resolves, with the number to give to `delivered`. Counts from the moment of the call. */
  async append(release: Release): Promise<number> {
    const n = this.#next++;
    const entry = { n, ...release, provenMs: this.#time.nowMs() };
    this.#entries.set(n, entry);
    try {
      await this.#exclusive(async () => {
        // A file written anew holds the entry already.
        if (this.#damaged) return this.#rewrite();
        await this.#write({ kind: 'release', ...entry });
        await this.#file!.sync();
      });
      return n;
    } catch (error) {
      this.#entries.delete(n);
      this.#damaged = true;
      throw error;
    }
  }

  /** The broker has it. Not synced: should the note be lost, the same bytes go out once more. */
  async delivered(n: number): Promise<void> {
    const entry = this.#entries.get(n);
    if (entry === undefined) return;
    delete entry.payload;
    this.#stale = true;
    await this.#exclusive(async () => {
      if (this.#damaged) return;
      await this.#write({ kind: 'delivered', n });
    });
  }

  /** Takes out of the file what need not be kept any longer. To be called now and then. */
  async shrink(): Promise<void> {
    await this.#exclusive(async () => {
      if (this.#options.clock.upMs() - this.#rewrittenUpMs < REWRITE_MS) return;
      if (this.#prune() || this.#stale || this.#damaged) await this.#rewrite();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#exclusive(async () => this.#file?.close());
  }

  #counts({ provenMs }: Entry): boolean {
    return this.#time.nowMs() - provenMs < DAY_MS;
  }

  /** A message is dropped as soon as either clock says that its time is over. */
  #isWanted({ provenMs, endMs }: Entry): boolean {
    const { clock, keepMs } = this.#options;
    return this.#time.nowMs() - provenMs < keepMs && clock.wallMs() - endMs < keepMs;
  }

  /** True when it found something whose time is over. */
  #prune(): boolean {
    let found = false;
    for (const entry of this.#entries.values()) {
      if (entry.payload !== undefined && !this.#isWanted(entry)) {
        delete entry.payload;
        found = true;
      }
      if (entry.payload === undefined && !this.#counts(entry)) found = this.#entries.delete(entry.n) || found;
    }
    return found;
  }

  async #rewrite(): Promise<void> {
    // Should it fail half-way, the open file may no longer be the one that has the name.
    this.#damaged = true;
    this.#prune();
    const lines = [...this.#entries.values()].map((entry) => ({ kind: 'release' as const, ...entry }));
    const fresh = await replace(
      this.#disk,
      this.#path,
      bytesOf([{ kind: 'clock', ...this.#time.mark() }, ...lines]),
    );
    const old = this.#file;
    this.#file = fresh;
    this.#damaged = false;
    this.#stale = false;
    this.#rewrittenUpMs = this.#options.clock.upMs();
    await old?.close();
  }

  async #write(line: LedgerLine): Promise<void> {
    try {
      await this.#file!.write(bytesOf([line]));
    } catch (error) {
      this.#damaged = true;
      throw error;
    }
  }

  /** One after the other: a line must not end up in a file that is being replaced. */
  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}

function entriesOf(lines: readonly LedgerLine[]): Map<number, Entry> {
  const entries = new Map<number, Entry>();
  for (const line of lines) {
    if (line.kind === 'release') {
      const { kind: _, ...entry } = line;
      entries.set(entry.n, entry);
    } else if (line.kind === 'delivered') {
      const entry = entries.get(line.n);
      if (entry !== undefined) delete entry.payload;
    }
  }
  return entries;
}
