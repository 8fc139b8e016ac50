/** What the comparator tells apart, in the order of its logits. */
export const LABELS = ['none', 'negative', 'positive', 'surprise'] as const;
export type Label = (typeof LABELS)[number];

/** Canonical face regions over which Patch-of-Interest mass is summed. */
export const REGIONS = ['brows', 'eyes', 'nose', 'cheeks', 'mouth', 'chin'] as const;
export type Region = (typeof REGIONS)[number];

/**
 * The only thing about people that leaves a camera process: some face in this zone has filled a slot of qualifying
 * time, and this was the strongest event in it. No track, no position, no pixel, no score.
 */
export interface SlotObservation {
  readonly zoneId: string;
  /** Wall clock, milliseconds since the epoch, at which the slot was full. */
  readonly earnedAtMs: number;
  readonly label: Label;
}

/** Tumbling wall-clock window: `startMs` inclusive, `endMs` exclusive, milliseconds since the epoch. */
export interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

/** The window of length `lengthMs` that contains `atMs`; windows are aligned to the epoch. */
export function windowAt(atMs: number, lengthMs: number): Window {
  const startMs = Math.floor(atMs / lengthMs) * lengthMs;
  return { startMs, endMs: startMs + lengthMs };
}
