import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { descriptorsOf, treeOf } from '../faults/tree.ts';
import type { ProcessSample, Sample } from './recording.ts';

/** Clock ticks per second in /proc, the same on every Linux of today (USER_HZ). */
const TICKS_PER_S = 100;

/** The tree below `root` as it is now. */
export function take(root: number, stateFolder: string): Omit<Sample, 'atS' | 'period'> {
  const processes = treeOf(root).flatMap(({ pid, part }): ProcessSample[] => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
      const number = (text: string, key: string) =>
        Number(new RegExp(`^${key}:\\s*(\\d+)`, 'm').exec(text)?.[1]);
      const bornS = bornAt(pid);
      const sample = {
        rssKb: number(status, 'VmRSS'),
        anonKb: number(status, 'RssAnon') + number(status, 'VmSwap'),
        pssKb: number(rollup, 'Pss'),
        threads: number(status, 'Threads'),
        descriptors: descriptorsOf(pid),
      };
      return Object.values(sample).some(Number.isNaN) ? [] : [{ pid, part, bornS, ...sample }];
    } catch (error) {
      // It has ended between two looks. ESRCH: while it was being read.
      if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
      throw error;
    }
  });
  return { processes, zombies: zombiesBelow(root), stateFolderBytes: bytesIn(stateFolder) };
}

const fieldsOf = (pid: number): string[] => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};

/** proc(5), field 22. */
const bornAt = (pid: number): number => Number(fieldsOf(pid)[19]) / TICKS_PER_S;

function zombiesBelow(root: number): number {
  const parts = new Set(treeOf(root).map(({ pid }) => pid));
  let count = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [state, parent] = fieldsOf(Number(name));
      if (state === 'Z' && parts.has(Number(parent))) count++;
    } catch (error) {
      if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  return count;
}

function bytesIn(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    // A file that is being written is renamed when it is done.
    bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
