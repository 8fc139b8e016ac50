import { join } from 'node:path';
import type { Disk } from '../state/disk.ts';
import { type Entry, parseLine } from './entry.ts';

/** `audit-0000000001.jsonl`: the number of its first entry. */
const NAME = /^audit-(\d{10})\.jsonl$/;

export const fileName = (firstSeq: number): string => `audit-${String(firstSeq).padStart(10, '0')}.jsonl`;

/** Names of the files of the log, oldest first. */
export async function filesIn(folder: string, disk: Disk): Promise<string[]> {
  return (await disk.names(folder)).filter((name) => NAME.test(name)).sort();
}

export interface FileContent {
  readonly path: string;
  /** In order, up to the first line that is none. */
  readonly entries: readonly Entry[];
  /** What is wrong in which line, counted from 1. */
  readonly fault?: { readonly line: number; readonly why: string };
  /** Bytes of complete lines, and of what comes after the last of them. */
  readonly bytes: number;
  readonly tornBytes: number;
}

/** One file, each entry checked against its own hash; how they follow on each other is for the caller. */
export async function readFileOf(folder: string, name: string, disk: Disk): Promise<FileContent> {
  const path = join(folder, name);
  const content = (await disk.read(path)) ?? Buffer.alloc(0);
  const bytes = content.lastIndexOf(0x0a) + 1;
  const base = { path, bytes, tornBytes: content.length - bytes };
  const entries: Entry[] = [];
  for (const text of content.subarray(0, bytes).toString('utf8').split('\n').slice(0, -1)) {
    const entry = parseLine(text);
    if (typeof entry === 'string')
      return { ...base, entries, fault: { line: entries.length + 1, why: entry } };
    entries.push(entry);
  }
  return { ...base, entries };
}
