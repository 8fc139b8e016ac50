import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../domain/clock.ts';
import { History } from '../page/history.ts';
import { type GapMessage, gapSchema, type Signal, signalSchema } from '../publish/messages.ts';
import { type Disk, type GrowingFile, replace, systemDisk } from '../state/disk.ts';
import type { Log } from './log.ts';

const FILE = 'shown.jsonl';
const lineSchema = z.union([signalSchema, gapSchema]);
type Line = Signal | GapMessage;

/** The file is written anew at most this often, so that small expiries add up and flash memory lasts. */
const REWRITE_MS = 3_600_000;
/** A window that ends later than this was told by a clock that was wrong. */
const FUTURE_MS = 3_600_000;

export interface ShownOptions {
  /** How long a message stays on disk after the end of its window, milliseconds; 0: none is ever written there. */
  readonly keepMs: number;
  readonly clock: Pick<Clock, 'wallMs' | 'upMs'>;
  readonly log: Pick<Log, 'warn'>;
  readonly disk?: Disk;
}

/**
 * What the local page shows over time: the messages that have been released, as they go to the broker, and nothing else.
 * They are on disk too, so that charts outlive a restart. It is for looking at only: nothing is released, counted or
 * withheld by it, so what cannot be read or written is told in the log and does not hold anything up.
 */
export class Shown implements AsyncDisposable {
  readonly history = new History();
  readonly #path: string;
  readonly #options: ShownOptions;
  readonly #disk: Disk;
  #file: GrowingFile | undefined;
  /** The file may hold something else than `history`. */
  #damaged = true;
  #told = false;
  #rewrittenUpMs = 0;
  #turn: Promise<void> = Promise.resolve();

  private constructor(path: string, options: ShownOptions) {
    this.#path = path;
    this.#options = options;
    this.#disk = options.disk ?? systemDisk;
  }

  static async open(folder: string, options: ShownOptions): Promise<Shown> {
    const shown = new Shown(join(folder, FILE), options);
    await shown.#read();
    await shown.#inTurn(() => shown.#rewrite());
    return shown;
  }

  /** What an earlier configuration with a page has left. */
  static forget(folder: string): Promise<void> {
    return systemDisk.remove(join(folder, FILE));
  }

  /** False when nothing is new in it. */
  add(message: Line): boolean {
    if (!this.history.add(message)) return false;
    if (this.#options.keepMs > 0)
      void this.#inTurn(async () => {
        if (this.#file === undefined || this.#damaged) return;
        try {
          await this.#file.write(bytesOf([message]));
        } catch (error) {
          this.#damaged = true;
          throw error;
        }
      });
    return true;
  }

  /** Takes what is too old out of the file, and mends it. To be called now and then. */
  async shrink(): Promise<void> {
    await this.#turn;
    const isDue = this.#options.clock.upMs() - this.#rewrittenUpMs >= REWRITE_MS;
    if (this.#damaged || isDue) await this.#inTurn(() => this.#rewrite());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inTurn(async () => this.#file?.close());
  }

  async #read(): Promise<void> {
    const { keepMs, log } = this.#options;
    if (keepMs === 0) return;
    const bytes = await this.#disk.read(this.#path).catch(({ code }: NodeJS.ErrnoException) => {
      this.#tell(code);
      return undefined;
    });
    // A crash in the middle of an append leaves a last line without its end.
    const texts = bytes?.toString('utf8').split('\n').slice(0, -1) ?? [];
    let unfit = 0;
    for (const text of texts) {
      const line = lineIn(text);
      if (line === undefined) unfit++;
      else this.history.add(line);
    }
    if (unfit > 0)
      log.warn({ code: 'page-history-unusable', lines: unfit }, 'lines of the page’s history are left out');
  }

  async #rewrite(): Promise<void> {
    const { keepMs, clock } = this.#options;
    if (keepMs === 0) return this.#disk.remove(this.#path);
    const now = clock.wallMs();
    this.history.keepOnly(now - keepMs, now + FUTURE_MS);
    this.#damaged = true;
    const old = this.#file;
    const { signals, gaps } = this.history;
    this.#file = await replace(this.#disk, this.#path, bytesOf([...signals, ...gaps]));
    this.#damaged = false;
    this.#told = false;
    this.#rewrittenUpMs = clock.upMs();
    await old?.close();
  }

  /** One after the other; a disk that fails is told once until it works again. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch((error: NodeJS.ErrnoException) => {
      if (error.code === undefined) throw error;
      this.#tell(error.code);
    });
    return this.#turn;
  }

  #tell(code: string | undefined): void {
    if (!this.#told)
      this.#options.log.warn({ code }, 'the page’s history is not on disk: a restart begins its charts anew');
    this.#told = true;
  }
}

const bytesOf = (lines: readonly Line[]): Buffer =>
  Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

function lineIn(text: string): Line | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    // Not even JSON: the caller counts it.
    return undefined;
  }
}
