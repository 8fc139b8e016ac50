import type { Disk } from '../state/disk.ts';
import { systemDisk } from '../state/disk.ts';
import { type Entry, GENESIS, type Head } from './entry.ts';
import { type FileContent, filesIn, readFileOf } from './files.ts';

export type Verdict =
  | {
      readonly ok: true;
      readonly files: number;
      readonly entries: number;
      /** Of the oldest entry that is left. */
      readonly firstSeq: number;
      readonly head: Head;
      /** Bytes of an entry that a crash cut off; the next start notes and removes them. */
      readonly tornBytes: number;
    }
  | { readonly ok: false; readonly path: string; readonly line: number; readonly why: string };

/**
 * Does every entry match its hash and follow on the one before, over all files? A beginning that is gone must have gone
 * by its age: a later entry names the hash that the oldest one follows on. That a log was written anew as a whole, or
 * lost its end, only an anchor can show.
 *
 * @param anchor number and hash of an entry as seen elsewhere, for example on the broker
 */
export async function verify(folder: string, anchor?: Head, disk: Disk = systemDisk): Promise<Verdict> {
  const names = await filesIn(folder, disk);
  const entries: { entry: Entry; path: string; line: number }[] = [];
  let head: Head | undefined;
  let tornBytes = 0;
  for (const [i, name] of names.entries()) {
    const file = await readFileOf(folder, name, disk);
    const fault = faultIn(file, name, head, i === names.length - 1);
    if (fault !== undefined) return { ok: false, path: file.path, ...fault };
    for (const [j, entry] of file.entries.entries()) entries.push({ entry, path: file.path, line: j + 1 });
    head = file.entries.at(-1) ?? head;
    tornBytes = file.tornBytes;
  }
  const broken = (path: string, line: number, why: string): Verdict => ({ ok: false, path, line, why });
  const first = entries[0];
  if (first !== undefined && !isBeginning(first.entry, entries))
    return broken(first.path, first.line, 'the entries before it are gone, and no later entry says why');
  if (anchor !== undefined) {
    const found = entries.find(({ entry }) => entry.seq === anchor.seq);
    if (found === undefined) return broken(folder, 0, `entry ${anchor.seq} of the anchor is not there`);
    if (found.entry.hash !== anchor.hash)
      return broken(found.path, found.line, 'does not have the hash of the anchor');
  }
  const { seq, hash } = head ?? GENESIS;
  return {
    ok: true,
    files: names.length,
    entries: entries.length,
    firstSeq: first?.entry.seq ?? 0,
    head: { seq, hash },
    tornBytes,
  };
}

/** @param head of the file before; undefined for the oldest */
export function faultIn(
  { entries, fault, tornBytes }: FileContent,
  name: string,
  head: Head | undefined,
  isLast: boolean,
): { line: number; why: string } | undefined {
  let before = head;
  for (const [i, entry] of entries.entries()) {
    const line = i + 1;
    if (before !== undefined && entry.seq !== before.seq + 1)
      return { line, why: `is entry ${entry.seq}, and ${before.seq + 1} should come here` };
    if (before !== undefined && entry.prevHash !== before.hash)
      return { line, why: 'does not follow on the entry before it' };
    if (i === 0 && Number(/\d+/.exec(name)) !== entry.seq)
      return { line, why: `is entry ${entry.seq}, which the name of the file does not say` };
    before = entry;
  }
  if (fault !== undefined) return fault;
  const line = entries.length + 1;
  if (!isLast && tornBytes > 0) return { line, why: 'is cut off' };
  if (!isLast && entries.length === 0) return { line, why: 'the file is empty' };
  return undefined;
}

const isBeginning = (first: Entry, all: readonly { entry: Entry }[]): boolean =>
  first.seq === 1
    ? first.prevHash === GENESIS.hash
    : all.some(
        ({ entry }) =>
          entry.event === 'expired' &&
          entry.detail.seq === first.seq - 1 &&
          entry.detail.hash === first.prevHash,
      );
