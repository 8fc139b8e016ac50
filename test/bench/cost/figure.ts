import type { Sightings } from './daemon.ts';
import type { Films } from './films.ts';

export const ROWS = ['stages', 'limit', 'peer', 'realtime', 'growth'] as const;
export type RowName = (typeof ROWS)[number];

/** One figure of `npm run bench`. */
export interface Figure {
  readonly row: RowName;
  /** What was done, a few words: "detect", "3 faces". */
  readonly case: string;
  /** "CPU", "faces per CPU second". */
  readonly metric: string;
  /** Median of the repetitions. Null where there was nothing to measure. */
  readonly value: number | null;
  /** "ms/frame", "%"; empty for a ratio or a count. */
  readonly unit: string;
  /** First and third quartile, where it was repeated. */
  readonly quartiles?: readonly [number, number];
  /** Why it was not measured. */
  readonly skipped?: string;
}

/** What every row of the bench is given. */
export interface Bench {
  readonly films: Films;
  /** Runs of the whole daemon; one that two rows want is made once. */
  readonly daemon: Sightings;
  /** Only whether it runs: too short for its figures to mean anything. */
  readonly quick: boolean;
  /** Folder for what is written meanwhile. */
  readonly folder: string;
  /** Progress, to stderr. */
  note(words: string): void;
}

/** A row of the bench: its figures, in the order in which they are to be shown, and remarks in words. */
export type Row = (bench: Bench) => Promise<{ readonly figures: Figure[]; readonly remarks: string[] }>;
