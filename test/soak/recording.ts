import type { Part } from '../faults/tree.ts';

/** One process at one moment. */
export interface ProcessSample {
  readonly pid: number;
  readonly part: Part;
  /** Seconds since the machine was started at which the process was; with `pid` its name for ever. */
  readonly bornS: number;
  readonly rssKb: number;
  /** What is its own and has no file behind it, swapped or not: the machine cannot take it away, as it can pages of files. */
  readonly anonKb: number;
  /** What it shares is counted to the part that is its own. */
  readonly pssKb: number;
  readonly descriptors: number;
  readonly threads: number;
}

/** The tree at one moment. */
export interface Sample {
  /** Since the start of the run. */
  readonly atS: number;
  /** Number of the quiet period between two mishaps in which it was taken; undefined in a mishap. */
  readonly period?: number | undefined;
  readonly processes: readonly ProcessSample[];
  /** Dead ones that nobody has buried. */
  readonly zombies: number;
  readonly stateFolderBytes: number;
}

/** What was done to the system, and what came of it. */
export interface MishapRecord {
  readonly name: string;
  readonly camera?: string | undefined;
  readonly atS: number;
  /** When its cause was gone, and when all was in service again; seconds since the start of the run. */
  readonly causeGoneS: number;
  readonly inServiceS?: number | undefined;
  /** The daemon has said what it had to say of it. Undefined where it need not say anything. */
  readonly isStated?: boolean | undefined;
}

export type Outcome = 'pass' | 'fail' | 'too short';

/** One line of the verdict. */
export interface Finding {
  readonly what: string;
  readonly outcome: Outcome;
  /** The figures that it rests on, in words. */
  readonly figures: string;
}
