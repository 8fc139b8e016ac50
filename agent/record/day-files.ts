import { dirname, join, parse } from 'node:path';
import { OperatorError } from '../domain/errors.ts';
import type { Disk, GrowingFile } from '../state/disk.ts';

/** A file for each day (UTC): `plant.jsonl` becomes `plant-2026-11-25.jsonl`. Goes on where a file is there already. */
export class DayFiles implements AsyncDisposable {
  readonly #path: string;
  readonly #disk: Disk;
  #open: { readonly day: string; readonly file: GrowingFile } | undefined;

  constructor(path: string, disk: Disk) {
    this.#path = path;
    this.#disk = disk;
  }

  fileOf(day: string): string {
    const { dir, name, ext } = parse(this.#path);
    return join(dir, `${name}-${day}${ext}`);
  }

  /**
   * One after the other. With `durable` it is on the medium when this resolves.
   * @throws OperatorError recording-unwritable
   */
  async append(line: string, atMs: number, durable: boolean): Promise<void> {
    const day = new Date(atMs).toISOString().slice(0, 10);
    try {
      const file = this.#open?.day === day ? this.#open.file : await this.#turn(day);
      await file.write(Buffer.from(line));
      if (durable) await file.sync();
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === undefined) throw cause;
      throw new OperatorError(
        'environment',
        'recording-unwritable',
        `${this.fileOf(day)} cannot be written (${code}).`,
        { remedy: 'Make room or rights there and start again; the broker keeps what has come since.', cause },
      );
    }
  }

  async #turn(day: string): Promise<GrowingFile> {
    await this[Symbol.asyncDispose]();
    const path = this.fileOf(day);
    // What a crash has cut off must not swallow the next line.
    const before = await this.#disk.read(path);
    const file = await this.#disk.grow(path);
    this.#open = { day, file };
    if (before !== undefined && before.length > 0 && before.at(-1) !== 0x0a)
      await file.write(Buffer.from('\n'));
    await this.#disk.syncFolder(dirname(path));
    return file;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    await open.file.sync();
    await open.file.close();
  }
}
