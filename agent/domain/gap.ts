/** The ways on which a node tells its signals, each with a queue of its own: the plain topics, and Sparkplug B. */
export const FEEDS = ['plain', 'sparkplug'] as const;
export type Feed = (typeof FEEDS)[number];

/** Why messages were given up: the queue was full, they were too old, or the broker refused them. Never what was in them. */
export const GAP_REASONS = ['size', 'age', 'refused'] as const;
export type GapReason = (typeof GAP_REASONS)[number];

/** Messages of one zone that one feed will never get. It stands in the queue where the oldest of them stood. */
export interface Gap {
  readonly id: string;
  readonly feed: Feed;
  readonly zone: string;
  readonly reason: GapReason;
  readonly count: number;
  /** From the first window to the last of them, wall clock, milliseconds since the epoch; the end is exclusive. */
  readonly startMs: number;
  readonly endMs: number;
  /** Number in the ledger of the first of them that had one; undefined: none had, and the gap is in memory only. */
  readonly at?: number | undefined;
}
