import { join } from 'node:path';
import type { Clock } from '../domain/clock.ts';
import { OperatorError } from '../domain/errors.ts';
import type { Feed, Gap } from '../domain/gap.ts';
import { type Disk, type GrowingFile, replace, systemDisk } from '../state/disk.ts';
import { bytesOf, type LedgerLine, linesOf, type ReleaseLine } from './ledger-line.ts';
import { ProvenTime } from './proven-time.ts';
import { Spent } from './spent.ts';

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

/** One that waits for the broker. */
type Entry = Omit<ReleaseLine, 'kind'> & { readonly payload: string };

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
  /** In the order of their numbers. */
  readonly #waiting: Map<number, Entry>;
  readonly #spent: Spent;
  readonly #gaps: Map<string, Gap>;
  readonly #feeds: readonly Feed[];
  readonly #time: ProvenTime;
  #file: GrowingFile | undefined;
  /** The file may hold something else than this does: it is written anew before it grows again. */
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
    const { waiting, spent, gaps } = contentOf(lines, this.#feeds);
    this.#waiting = waiting;
    this.#spent = spent;
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
    for (const entry of this.#waiting.values())
      if (entry.zone === zone && entry.startMs === startMs && entry.epsilon > 0) return true;
    return this.#spent.has(zone, startMs);
  }

  /** Privacy loss of a zone over the 24 hours before now, in proven time. */
  spent(zone: string): number {
    const sinceMs = this.#time.nowMs() - DAY_MS;
    let sum = this.#spent.sum(zone, sinceMs);
    for (const { zone: of, provenMs, epsilon } of this.#waiting.values())
      if (of === zone && provenMs > sinceMs) sum += epsilon;
    return sum;
  }

  /** Oldest first; after the start also what is too old to be sent, so that somebody says that it will not come. */
  get waiting(): Waiting[] {
    return [...this.#waiting.values()].map(({ n, zone, startMs, endMs, provenMs, payload, done = [] }) => ({
      ...{ n, zone, startMs, endMs, payload },
      ageMs: this.#time.nowMs() - provenMs,
      owed: this.#feeds.filter((feed) => !done.includes(feed)),
    }));
  }

  /** Of messages that were given up, and of which nobody was told yet. */
  get gaps(): Gap[] {
    return [...this.#gaps.values()];
  }

  /** On disk when it resolves, with the number to give to `delivered`. Counts from the moment of the call. */
  async append(release: Release): Promise<number> {
    const n = this.#next++;
    const entry = { n, ...release, provenMs: this.#time.nowMs() };
    this.#waiting.set(n, entry);
    try {
      await this.#exclusive(async () => {
        // A file written anew holds the entry already.
        if (this.#damaged) return this.#rewrite();
        await this.#write({ kind: 'release', ...entry });
        await this.#file!.sync();
      });
      return n;
    } catch (error) {
      this.#waiting.delete(n);
      this.#damaged = true;
      throw error;
    }
  }

  /**
   * The broker has it, on one feed or on all. Not synced: should the note be lost, the same bytes go out once more.
   */
  async delivered(n: number, feed?: Feed): Promise<void> {
    if (!this.#waiting.has(n)) return;
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
    finish(this.#waiting, this.#spent, n, feed === undefined ? this.#feeds : [feed], this.#feeds);
  }

  async #note(line: LedgerLine): Promise<void> {
    this.#stale = true;
    await this.#exclusive(async () => {
      if (!this.#damaged) await this.#write(line);
    });
  }

  /** A message is dropped as soon as either clock says that its time is over. */
  #isWanted({ provenMs, endMs }: Entry): boolean {
    const { clock, keepMs } = this.#options;
    return this.#time.nowMs() - provenMs < keepMs && clock.wallMs() - endMs < keepMs;
  }

  #hasExpired(): boolean {
    for (const entry of this.#waiting.values()) if (!this.#isWanted(entry)) return true;
    return false;
  }

  /** Messages whose time is over; the queue has given them up before that. True when it found some. */
  #expire(): boolean {
    let found = false;
    for (const entry of this.#waiting.values())
      if (!this.#isWanted(entry)) {
        finish(this.#waiting, this.#spent, entry.n, this.#feeds, this.#feeds);
        found = true;
      }
    return found;
  }

  /** What neither waits nor counts. True when there was some. */
  #forget(): boolean {
    return this.#spent.forget(this.#time.nowMs() - DAY_MS);
  }

  async #rewrite(): Promise<void> {
    // Should it fail half-way, the open file may no longer be the one that has the name.
    this.#damaged = true;
    this.#forget();
    const releases = [...this.#spent, ...this.#waiting.values()].map((entry) => ({
      kind: 'release' as const,
      ...entry,
    }));
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

/** These feeds are done with a message; when all are, what it has cost is all that is kept of it. */
function finish(
  waiting: Map<number, Entry>,
  spent: Spent,
  n: number,
  by: readonly Feed[],
  feeds: readonly Feed[],
): void {
  const entry = waiting.get(n);
  if (entry === undefined) return;
  const done = [...new Set([...(entry.done ?? []), ...by])];
  if (feeds.every((each) => done.includes(each))) {
    waiting.delete(n);
    if (entry.epsilon > 0) spent.add(entry);
  } else if (done.length > 0) entry.done = done;
}

const numberOf = (line: LedgerLine): number =>
  line.kind === 'release' ? line.n : line.kind === 'gap' ? line.at : 0;

function contentOf(lines: readonly LedgerLine[], feeds: readonly Feed[]) {
  const waiting = new Map<number, Entry>();
  const spent = new Spent();
  const gaps = new Map<string, Gap>();
  for (const line of lines) {
    if (line.kind === 'release') {
      const { kind: _, payload, ...cost } = line;
      if (payload !== undefined) waiting.set(line.n, { ...cost, payload });
      else if (line.epsilon > 0) spent.add(line);
    } else if (line.kind === 'gap') {
      const { kind: _, n: _n, ...gap } = line;
      // A feed that was turned off is nobody to be told of it.
      if (feeds.includes(gap.feed)) gaps.set(gap.id, gap);
    } else if (line.kind === 'told') gaps.delete(line.id);
    if (line.kind === 'delivered' || (line.kind === 'gap' && line.n !== undefined))
      finish(waiting, spent, line.n!, line.feed === undefined ? feeds : [line.feed], feeds);
  }
  // What waited for a feed that has been turned off meanwhile.
  for (const n of waiting.keys()) finish(waiting, spent, n, [], feeds);
  return { waiting, spent, gaps };
}
