import { dirname } from 'node:path';
import type { Disk, GrowingFile } from '../../agent/state/disk.ts';

/** Thrown by every operation from the moment of the crash on: the process that made it is no more. */
export class Crash extends Error {}

interface Inode {
  content: Buffer;
  /** What a power cut leaves for certain. */
  synced: Buffer;
}

type Names = Map<string, Inode>;

/**
 * A disk in memory that forgets, at a power cut, what was not synced: of a file some beginning of what was written since
 * survives, and of names that were made, changed or removed some beginning of those changes.
 */
export class SimDisk implements Disk {
  readonly #random: () => number;
  #names: Names = new Map();
  /** Every state of the names since they were synced, oldest first. */
  #history: Names[] = [new Map()];
  #stepsLeft = Number.POSITIVE_INFINITY;
  operations = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** The process dies in its operation number `steps` from now. */
  crashAfter(steps: number): void {
    this.#stepsLeft = steps;
  }

  /** What the next process finds. `power`: the machine went down, not the process alone. */
  restart(power: boolean): void {
    this.#stepsLeft = Number.POSITIVE_INFINITY;
    if (!power) return;
    this.#names = new Map(this.#history[Math.floor(this.#random() * this.#history.length)]);
    this.#history = [new Map(this.#names)];
    for (const inode of new Set(this.#names.values())) {
      const { content, synced } = inode;
      const grew = content.length >= synced.length && content.subarray(0, synced.length).equals(synced);
      const extra = grew ? Math.floor(this.#random() * (content.length - synced.length + 1)) : 0;
      inode.content = grew ? content.subarray(0, synced.length + extra) : synced;
      inode.synced = inode.content;
    }
  }

  /** True when the process dies in this operation. */
  #step(): boolean {
    if (this.#stepsLeft < 0) throw new Crash();
    this.operations++;
    this.#stepsLeft--;
    return this.#stepsLeft < 0;
  }

  /** An operation that is done whole, or not at all when the process dies in it. */
  #atomic<T>(work: () => T): Promise<T> {
    if (this.#step()) {
      if (this.#random() < 0.5) work();
      throw new Crash();
    }
    return Promise.resolve(work());
  }

  #renamed(): void {
    this.#history.push(new Map(this.#names));
  }

  async makeFolder(): Promise<void> {}

  async read(path: string): Promise<Buffer | undefined> {
    const content = this.#names.get(path)?.content;
    return content === undefined ? undefined : Buffer.from(content);
  }

  async names(folder: string): Promise<string[]> {
    return [...this.#names.keys()]
      .filter((path) => dirname(path) === folder)
      .map((path) => path.slice(folder.length + 1));
  }

  async grow(path: string): Promise<GrowingFile> {
    const inode = await this.#atomic(() => {
      const found = this.#names.get(path) ?? { content: Buffer.alloc(0), synced: Buffer.alloc(0) };
      if (!this.#names.has(path)) {
        this.#names.set(path, found);
        this.#renamed();
      }
      return found;
    });
    return {
      write: async (bytes) => {
        const dies = this.#step();
        const part = dies ? bytes.subarray(0, Math.floor(this.#random() * (bytes.length + 1))) : bytes;
        inode.content = Buffer.concat([inode.content, part]);
        if (dies) throw new Crash();
      },
      sync: () =>
        this.#atomic(() => {
          inode.synced = inode.content;
        }),
      truncate: (length) =>
        this.#atomic(() => {
          inode.content = inode.content.subarray(0, length);
        }),
      close: async () => {},
    };
  }

  rename(from: string, to: string): Promise<void> {
    return this.#atomic(() => {
      this.#names.set(to, this.#names.get(from)!);
      this.#names.delete(from);
      this.#renamed();
    });
  }

  remove(path: string): Promise<void> {
    return this.#atomic(() => {
      if (this.#names.delete(path)) this.#renamed();
    });
  }

  syncFolder(): Promise<void> {
    return this.#atomic(() => {
      this.#history = [new Map(this.#names)];
    });
  }

  /** Changes a byte behind everybody's back. */
  corrupt(path: string, change: (content: Buffer) => Buffer): void {
    const inode = this.#names.get(path)!;
    inode.content = change(Buffer.from(inode.content));
    inode.synced = inode.content;
  }
}
