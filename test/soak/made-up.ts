import type { Part } from '../faults/tree.ts';
import type { ProcessSample, Sample } from './recording.ts';

/** A run that never was: a tree with four cameras, sampled every five seconds, quiet but for ten seconds of each minute. */
export interface MadeUp {
  readonly minutes: number;
  /** RSS of a process of this kind, at this age; kB. */
  rssKb(part: Part, ageS: number, pid: number): number;
  /** After so many mishaps. */
  descriptors?(part: Part, mishaps: number): number;
  /** A camera process and its decoder live so long. */
  readonly lifeS?: number;
}

const PARTS: readonly Part[] = [
  'supervisor',
  ...Array<Part>(4).fill('camera'),
  ...Array<Part>(4).fill('decoder'),
];

export function madeUp({ minutes, rssKb, descriptors = () => 27, lifeS = 900 }: MadeUp): Sample[] {
  const samples: Sample[] = [];
  for (let atS = 0; atS < minutes * 60; atS += 5) {
    const mishaps = Math.floor(atS / 60);
    const processes = PARTS.map((part, i): ProcessSample => {
      // Not all of them end at the same time.
      const life = part === 'supervisor' ? 0 : Math.floor((atS + 60 * i) / lifeS);
      const bornS = part === 'supervisor' ? 0 : Math.max(0, life * lifeS - 60 * i);
      const pid = 100 * (i + 1) + life;
      const kb = rssKb(part, atS - bornS, pid);
      return {
        pid,
        part,
        bornS,
        rssKb: kb,
        anonKb: kb,
        pssKb: kb / 2,
        descriptors: descriptors(part, mishaps),
        threads: 11,
      };
    });
    const period = atS % 60 < 50 ? mishaps : undefined;
    samples.push({ atS, period, processes, zombies: 0, stateFolderBytes: 10_000 });
  }
  return samples;
}
