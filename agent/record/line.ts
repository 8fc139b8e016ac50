import type { Unfit } from './received.ts';

/** Longest payload that is looked at, in bytes: ten times the longest message of a node with 64 cameras. */
export const MOST_BYTES = 262_144;

/** One line of a recording, as `micron-edge record` writes it. */
export type RecordedLine = {
  /** When it came, by the recorder's clock. */
  readonly at: string;
  readonly topic: string;
} & (
  | { readonly payload: object }
  /** Something that is no message: that it came and why it is none, and nothing of what was in it. */
  | { readonly unfit: Unfit }
);

export const lineOf = (line: RecordedLine): string => `${JSON.stringify(line)}\n`;
