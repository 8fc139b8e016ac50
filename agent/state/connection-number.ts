import { join } from 'node:path';
import { OperatorError } from '../domain/errors.ts';
import { type Disk, replace, systemDisk } from './disk.ts';

/**
 * A number from 0 to 255 that goes up by one with every call and begins again at 0, also over restarts: with it a
 * Sparkplug host tells the death of an old connection from that of a new one.
 */
export class ConnectionNumber {
  readonly #folder: string;
  readonly #disk: Disk;
  #last: number | undefined;

  constructor(folder: string, disk: Disk = systemDisk) {
    this.#folder = folder;
    this.#disk = disk;
  }

  /** On disk when it resolves. @throws OperatorError state-unwritable */
  async next(): Promise<number> {
    const path = join(this.#folder, 'sparkplug-connections');
    try {
      this.#last ??= lastIn(await this.#disk.read(path));
      this.#last = (this.#last + 1) % 256;
      const file = await replace(this.#disk, path, Buffer.from(`${this.#last}\n`));
      await file.close();
      return this.#last;
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === undefined) throw cause;
      throw new OperatorError('environment', 'state-unwritable', `${path} cannot be written (${code}).`, {
        remedy: 'Is the disk full, and does the folder belong to the user of the service?',
        cause,
      });
    }
  }
}

/** What was torn by a power cut counts as nothing: the next number is then 0. */
function lastIn(bytes: Buffer | undefined): number {
  const text = bytes?.toString('latin1') ?? '';
  return /^\d{1,3}\n$/.test(text) ? Number(text) % 256 : -1;
}
