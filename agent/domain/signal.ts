/** What the comparator tells apart, in the order of its logits. */
export const LABELS = ['none', 'negative', 'positive', 'surprise'] as const;
export type Label = (typeof LABELS)[number];
export type Expression = Exclude<Label, 'none'>;
export const EXPRESSIONS = LABELS.filter((label) => label !== 'none');

/** Canonical face regions by which the Patch of Interest is told. */
export const REGIONS = ['brows', 'eyes', 'nose', 'cheeks', 'mouth', 'chin'] as const;
export type Region = (typeof REGIONS)[number];

interface FilledSlot {
  readonly zoneId: string;
  /** Wall clock, milliseconds since the epoch, at which the slot was full. */
  readonly earnedAtMs: number;
}

/**
 * The only thing about people that leaves a camera process: some face in this zone has filled a slot of qualifying
 * time, and this was the strongest event in it. No track, no position in the picture, no pixel, no score. Where regions
 * are released, a slot with an event has the one region of the face from which most of that event came.
 */
export type SlotObservation =
  | (FilledSlot & { readonly label: 'none' })
  | (FilledSlot & { readonly label: Expression; readonly region?: Region | undefined });

/** Tumbling wall-clock window: `startMs` inclusive, `endMs` exclusive, milliseconds since the epoch. */
export interface Window {
  readonly startMs: number;
  readonly endMs: number;
  /** Nothing was counted from this moment on: the daemon was stopped. */
  readonly cutMs?: number;
}

/** The window of length `lengthMs` that contains `atMs`; windows are aligned to the epoch. */
export function windowAt(atMs: number, lengthMs: number): Window {
  const startMs = Math.floor(atMs / lengthMs) * lengthMs;
  return { startMs, endMs: startMs + lengthMs };
}
