import { join } from 'node:path';
import type { Clock } from '../domain/clock.ts';
import { OperatorError } from '../domain/errors.ts';
import type { Feed, Gap } from '../domain/gap.ts';
import { type Disk, type GrowingFile, replace, systemDisk } from '../state/disk.ts';
import { bytesOf, type LedgerLine, linesOf, type ReleaseLine } from './ledger-line.ts';
import { ProvenTime } from './proven-time.ts';

export interface LedgerOptions {
  readonly clock: Clock;
  /** How long a message is kept that the broker has not taken, milliseconds. */
  readonly keepMs: number;
  /** On which messages go out; without it, the plain topics. */
  readonly feeds?: readonly Feed[];
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
  readonly startMs: number;
  readonly endMs: number;
  readonly payload: string;
  /** How long it has waited, in proven time. */
  readonly ageMs: number;
  /** Feeds on which it has yet to go out. */
  readonly owed: readonly Feed[];
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
  readonly #gaps: Map<string, Gap>;
  readonly #feeds: readonly Feed[];
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
    this.#feeds = options.feeds ?? ['plain'];
    const { entries, gaps } = contentOf(lines, this.#feeds);
    this.#entries = entries;
    this.#gaps = gaps;
    this.#time = new ProvenTime(
      options.clock,
      lines.findLast((line) => line.kind === 'clock'),
      lines.reduce((most, line) => Math.max(most, 'provenMs' in line ? line.provenMs : 0), 0),
    );
    this.#next = lines.reduce((most, line) => Math.max(most, numberOf(line)), 0) + 1;
  }

  /** @throws OperatorError ledger-unwritable, ledger-corrupt (exit code 4) */
  static async open(folder: string, options: LedgerOptions): Promise<Ledger> {
    const path = join(folder, 'releases.jsonl');
    const disk = options.disk ?? systemDisk;
    try {
      await disk.makeFolder(folder);
      const ledger = new Ledger(path, options, linesOf(path, (await disk.read(path)) ?? Buffer.alloc(0)));
      await ledger.#exclusive(() => ledger.#rewrite());
      if (ledger.#hasExpired()) ledger.#rewrittenUpMs = Number.NEGATIVE_INFINITY;
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

  /** Has noise been drawn for this window already? It can come again when the wall clock is set back. */
  has(zone: string, startMs: number): boolean {
    return [...this.#entries.values()].some(
      (entry) => entry.zone === zone && entry.startMs === startMs && entry.epsilon > 0,
    );
  }

  /** Privacy loss of a zone over the 24 hours before now, in proven time. */
  spent(zone: string): number {
    return [...this.#entries.values()]
      .filter((entry) => entry.zone === zone && this.#counts(entry))
      .reduce((sum, { epsilon }) => sum + epsilon, 0);
  }

  /** Oldest first; after the start also what is too old to be sent, so that somebody says that it will not come. */
  get waiting(): Waiting[] {
    return [...this.#entries.values()].flatMap(({ n, zone, startMs, endMs, provenMs, payload, done = [] }) =>
      payload === undefined
        ? []
        : [
            {
              ...{ n, zone, startMs, endMs, payload },
              ageMs: this.#time.nowMs() - provenMs,
              owed: this.#feeds.filter((feed) => !done.includes(feed)),
            },
          ],
    );
  }

  /** Of messages that were given up, and of which nobody was told yet. */
  get gaps(): Gap[] {
    return [...this.#gaps.values()];
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

  /**
   * The broker has it, on one feed or on all. Not synced: should the note be lost, the same bytes go out once more.
   */
  async delivered(n: number, feed?: Feed): Promise<void> {
    if (!this.#entries.has(n)) return;
    this.#finish(n, feed);
    await this.#note({ kind: 'delivered', n, ...(feed === undefined ? {} : { feed }) });
  }

  /**
   * A message has been given up on one feed, and this is the gap that it leaves. What it cost stays spent. Not synced
   * either: should the note be lost, the message is given up once more, or sent.
   */
  async dropped(gap: Gap, n: number | undefined): Promise<void> {
    const { at } = gap;
    if (at === undefined) throw new Error('a gap of messages that are not in the ledger');
    this.#gaps.set(gap.id, gap);
    if (n !== undefined) this.#finish(n, gap.feed);
    await this.#note({ kind: 'gap', ...gap, at, ...(n === undefined ? {} : { n }) });
  }

  /** The broker knows of the gap. Not synced. */
  async told(id: string): Promise<void> {
    if (this.#gaps.delete(id)) await this.#note({ kind: 'told', id });
  }

  /** Takes out of the file what need not be kept any longer. To be called now and then. */
  async shrink(): Promise<void> {
    await this.#exclusive(async () => {
      if (this.#options.clock.upMs() - this.#rewrittenUpMs < REWRITE_MS) return;
      if (this.#expire() || this.#forget() || this.#stale || this.#damaged) await this.#rewrite();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#exclusive(async () => this.#file?.close());
  }

  #finish(n: number, feed: Feed | undefined): void {
    const entry = this.#entries.get(n);
    if (entry !== undefined) finish(entry, feed === undefined ? this.#feeds : [feed], this.#feeds);
  }

  async #note(line: LedgerLine): Promise<void> {
    this.#stale = true;
    await this.#exclusive(async () => {
      if (!this.#damaged) await this.#write(line);
    });
  }

  #counts({ provenMs }: Entry): boolean {
    return this.#time.nowMs() - provenMs < DAY_MS;
  }

  /** A message is dropped as soon as either clock says that its time is over. */
  #isWanted({ provenMs, endMs }: Entry): boolean {
    const { clock, keepMs } = this.#options;
    return this.#time.nowMs() - provenMs < keepMs && clock.wallMs() - endMs < keepMs;
  }

  #hasExpired(): boolean {
    return [...this.#entries.values()].some((entry) => entry.payload !== undefined && !this.#isWanted(entry));
  }

  /** Messages whose time is over; the queue has given them up before that. True when it found some. */
  #expire(): boolean {
    const found = this.#hasExpired();
    for (const entry of this.#entries.values())
      if (!this.#isWanted(entry)) finish(entry, this.#feeds, this.#feeds);
    return found;
  }

  /** Entries that neither wait nor count. True when it found some. */
  #forget(): boolean {
    let found = false;
    for (const entry of this.#entries.values())
      if (entry.payload === undefined && (entry.epsilon === 0 || !this.#counts(entry)))
        found = this.#entries.delete(entry.n);
    return found;
  }

  async #rewrite(): Promise<void> {
    // Should it fail half-way, the open file may no longer be the one that has the name.
    this.#damaged = true;
    this.#forget();
    const releases = [...this.#entries.values()].map((entry) => ({ kind: 'release' as const, ...entry }));
    const gaps = [...this.#gaps.values()].map((gap) => ({ kind: 'gap' as const, ...gap, at: gap.at! }));
    const fresh = await replace(
      this.#disk,
      this.#path,
      bytesOf([{ kind: 'clock', ...this.#time.mark() }, ...releases, ...gaps]),
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

/** These feeds are done with a message; when all are it need not be kept. */
function finish(entry: Entry, by: readonly Feed[], feeds: readonly Feed[]): void {
  if (entry.payload === undefined) return;
  const done = [...new Set([...(entry.done ?? []), ...by])];
  if (feeds.every((each) => done.includes(each))) {
    delete entry.payload;
    delete entry.done;
  } else if (done.length > 0) entry.done = done;
}

const numberOf = (line: LedgerLine): number =>
  line.kind === 'release' ? line.n : line.kind === 'gap' ? line.at : 0;

function contentOf(lines: readonly LedgerLine[], feeds: readonly Feed[]) {
  const entries = new Map<number, Entry>();
  const gaps = new Map<string, Gap>();
  for (const line of lines) {
    if (line.kind === 'release') {
      const { kind: _, ...entry } = line;
      entries.set(entry.n, entry);
    } else if (line.kind === 'gap') {
      const { kind: _, n: _n, ...gap } = line;
      // A feed that was turned off is nobody to be told of it.
      if (feeds.includes(gap.feed)) gaps.set(gap.id, gap);
    } else if (line.kind === 'told') gaps.delete(line.id);
    if (line.kind === 'delivered' || (line.kind === 'gap' && line.n !== undefined)) {
      const entry = entries.get(line.n!);
      if (entry !== undefined) finish(entry, line.feed === undefined ? feeds : [line.feed], feeds);
    }
  }
  // What waited for a feed that has been turned off meanwhile.
  for (const entry of entries.values()) finish(entry, [], feeds);
  return { entries, gaps };
}
