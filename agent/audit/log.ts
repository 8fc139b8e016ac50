import { join } from 'node:path';
import type { Clock } from '../domain/clock.ts';
import { OperatorError } from '../domain/errors.ts';
import { type Disk, type GrowingFile, systemDisk } from '../state/disk.ts';
import { type Entry, entryAfter, GENESIS, type Head, lineOf } from './entry.ts';
import type { AuditEvent } from './events.ts';
import { fileName, filesIn, readFileOf } from './files.ts';
import { faultIn } from './verify.ts';

export interface AuditOptions {
  readonly clock: Clock;
  /** A file that is larger or whose first entry is older is followed by a new one. */
  readonly fileBytes: number;
  readonly fileMs: number;
  /** A file goes when its first entry is older. */
  readonly keepMs: number;
  readonly disk?: Disk;
}

/** A wall clock that was stepped by more than this is not believed for as long, before anything is removed. */
const DOUBT_MS = 3_600_000;

/**
 * The log of what the daemon was made to do, one JSON line per entry, each with the hash of the one before. An entry is
 * on disk when `append` resolves. One process at a time may open it: see `StateLock`.
 */
export class AuditLog implements AsyncDisposable {
  readonly #folder: string;
  readonly #options: AuditOptions;
  readonly #disk: Disk;
  #head: Head = GENESIS;
  #file: GrowingFile | undefined;
  #bytes = 0;
  #startedMs = 0;
  /** A failed write may have left part of an entry behind. */
  #damaged = false;
  #turn: Promise<unknown> = Promise.resolve();
  #believed: { wallMs: number; upMs: number; sinceUpMs: number };

  private constructor(folder: string, options: AuditOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#disk = options.disk ?? systemDisk;
    const upMs = options.clock.upMs();
    this.#believed = { wallMs: options.clock.wallMs(), upMs, sinceUpMs: upMs };
  }

  /**
   * @throws OperatorError audit-unwritable, audit-broken (exit code 4)
   */
  static async open(folder: string, options: AuditOptions): Promise<AuditLog> {
    const log = new AuditLog(folder, options);
    try {
      await log.#disk.makeFolder(folder);
      await log.#exclusive(() => log.#continue());
      return log;
    } catch (cause) {
      if (cause instanceof OperatorError) throw cause;
      throw new OperatorError(
        'environment',
        'audit-unwritable',
        `The audit log in ${folder} cannot be written (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
        { remedy: `Give the user of the service a folder of its own: install -d -m 0700 ${folder}`, cause },
      );
    }
  }

  get head(): Head {
    return this.#head;
  }

  /** The newest entry that fits, in whatever file it is. */
  async last(fits: (entry: Entry) => boolean): Promise<Entry | undefined> {
    for (const name of (await filesIn(this.#folder, this.#disk)).reverse()) {
      const { entries } = await readFileOf(this.#folder, name, this.#disk);
      const found = entries.findLast(fits);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The newest `most` entries, oldest first. */
  async tail(most: number): Promise<Entry[]> {
    const found: Entry[] = [];
    for (const name of (await filesIn(this.#folder, this.#disk)).reverse()) {
      found.unshift(...(await readFileOf(this.#folder, name, this.#disk)).entries);
      if (found.length >= most) break;
    }
    return found.slice(-most);
  }

  /** On disk when it resolves; when it rejects, it is not in the log. */
  append(event: AuditEvent): Promise<void> {
    return this.#exclusive(async () => {
      if (this.#isFull()) await this.#rotate();
      await this.#write(event);
    });
  }

  /** Rotates by age and removes what is too old. To be called now and then. */
  maintain(): Promise<void> {
    return this.#exclusive(async () => {
      if (this.#bytes > 0 && this.#isFull()) await this.#rotate();
      if (!this.#clockIsBelieved()) return;
      const [oldest, ...newer] = await filesIn(this.#folder, this.#disk);
      if (oldest === undefined || newer.length === 0) return;
      const { entries } = await readFileOf(this.#folder, oldest, this.#disk);
      const last = entries.at(-1);
      if (last === undefined || this.#ageMs(Date.parse(entries[0]!.at)) <= this.#options.keepMs) return;
      // First the anchor, then the removal: a crash between the two leaves a file too many, never a gap.
      await this.#write({ event: 'expired', detail: { seq: last.seq, hash: last.hash } });
      await this.#disk.remove(join(this.#folder, oldest));
      await this.#disk.syncFolder(this.#folder);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#exclusive(async () => this.#file?.close());
  }

  /** Picks up the chain where it ends. */
  async #continue(): Promise<void> {
    const names = await filesIn(this.#folder, this.#disk);
    const name = names.at(-1);
    if (name === undefined) return this.#begin();
    const file = await readFileOf(this.#folder, name, this.#disk);
    const before = names.at(-2);
    const previous = before === undefined ? undefined : await readFileOf(this.#folder, before, this.#disk);
    const fault = previous?.fault ?? faultIn(file, name, previous?.entries.at(-1), true);
    if (fault !== undefined) throw broken(previous?.fault ? previous.path : file.path, fault);
    const last = file.entries.at(-1) ?? previous?.entries.at(-1) ?? GENESIS;
    this.#head = { seq: last.seq, hash: last.hash };
    this.#file = await this.#disk.grow(file.path);
    this.#bytes = file.bytes;
    const first = file.entries[0];
    this.#startedMs = first === undefined ? this.#options.clock.wallMs() : Date.parse(first.at);
    if (file.tornBytes > 0) await this.#file.truncate(file.bytes);
    // In any case: a process that died may have cut it, or made it, without coming to this.
    await this.#file.sync();
    await this.#disk.syncFolder(this.#folder);
    if (file.tornBytes > 0) await this.#write({ event: 'tail-lost', detail: { bytes: file.tornBytes } });
  }

  async #begin(): Promise<void> {
    const path = join(this.#folder, fileName(this.#head.seq + 1));
    const fresh = await this.#disk.grow(path);
    await fresh.truncate(0);
    await this.#disk.syncFolder(this.#folder);
    const old = this.#file;
    this.#file = fresh;
    this.#bytes = 0;
    this.#startedMs = this.#options.clock.wallMs();
    await old?.close();
  }

  async #rotate(): Promise<void> {
    await this.#repair();
    await this.#begin();
    await this.#write({ event: 'rotated', detail: {} });
  }

  async #write(event: AuditEvent): Promise<void> {
    await this.#repair();
    const entry = entryAfter(this.#head, event, new Date(this.#options.clock.wallMs()));
    const bytes = Buffer.from(lineOf(entry));
    this.#damaged = true;
    await this.#file!.write(bytes);
    await this.#file!.sync();
    this.#damaged = false;
    this.#bytes += bytes.length;
    this.#head = { seq: entry.seq, hash: entry.hash };
  }

  async #repair(): Promise<void> {
    if (!this.#damaged) return;
    await this.#file!.truncate(this.#bytes);
    await this.#file!.sync();
    this.#damaged = false;
  }

  #isFull(): boolean {
    const { fileBytes, fileMs } = this.#options;
    return this.#bytes >= fileBytes || (this.#bytes > 0 && this.#ageMs(this.#startedMs) > fileMs);
  }

  #ageMs(fromMs: number): number {
    return this.#options.clock.wallMs() - fromMs;
  }

  /** Whoever can set the clock must not be able to remove the log with it. */
  #clockIsBelieved(): boolean {
    const wallMs = this.#options.clock.wallMs();
    const upMs = this.#options.clock.upMs();
    const stepMs = wallMs - this.#believed.wallMs - (upMs - this.#believed.upMs);
    const sinceUpMs = Math.abs(stepMs) > DOUBT_MS ? upMs : this.#believed.sinceUpMs;
    this.#believed = { wallMs, upMs, sinceUpMs };
    return upMs - sinceUpMs >= DOUBT_MS;
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}

const broken = (path: string, { line, why }: { line: number; why: string }): OperatorError =>
  new OperatorError('environment', 'audit-broken', `The audit log is broken: ${path}:${line} ${why}.`, {
    remedy:
      'Somebody or a failing disk has changed it. Move the folder away as evidence and find out; a new log then begins.',
  });
