import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that grows at its end. */
export interface GrowingFile {
  write(bytes: Uint8Array): Promise<void>;
  /** On the medium when it resolves. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** The few things that ledger and audit log do to a disk, so that a test can pull the plug between any two of them. */
export interface Disk {
  makeFolder(folder: string): Promise<void>;
  /** Undefined when there is no such file. */
  read(path: string): Promise<Buffer | undefined>;
  names(folder: string): Promise<string[]>;
  /** Opened for appending; made if it is not there. For nobody else to read. */
  grow(path: string): Promise<GrowingFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Names that were made, changed or removed in it are on the medium when it resolves. */
  syncFolder(folder: string): Promise<void>;
}

const missing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

export const systemDisk: Disk = {
  async makeFolder(folder) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  },
  async read(path) {
    try {
      return await readFile(path);
    } catch (error) {
      if (missing(error)) return undefined;
      throw error;
    }
  },
  names: (folder) => readdir(folder),
  async grow(path) {
    const file = await open(path, 'a', 0o600);
    return {
      write: (bytes) => file.appendFile(bytes),
      sync: () => file.sync(),
      truncate: (length) => file.truncate(length),
      close: () => file.close(),
    };
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  async syncFolder(folder) {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

/** Puts a new content in the place of an old one: after a crash there is either, never a part. Returns the file, open. */
export async function replace(disk: Disk, path: string, bytes: Uint8Array): Promise<GrowingFile> {
  const fresh = `${path}.new`;
  await disk.remove(fresh);
  const file = await disk.grow(fresh);
  try {
    await file.write(bytes);
    await file.sync();
    await disk.rename(fresh, path);
    await disk.syncFolder(dirname(path));
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
