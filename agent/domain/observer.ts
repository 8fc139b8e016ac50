import type { Box } from './geometry.ts';
import type { Label, Region } from './signal.ts';

declare const observerBrand: unique symbol;

/**
 * What the pipeline did with single faces, told to an observer beside the path: no stage hands these on, no message has
 * a field for them, and the daemon never has an observer. Times are media times in milliseconds.
 */
export interface Observations {
  /** Once for each frame that was analysed; the faces are those whose time counts, the events those that end with it. */
  onFrame(ptsMs: number, faces: readonly ObservedFace[], events: readonly ObservedEvent[]): void;
  /** Once for each face and frame for which there was a past to compare with. */
  onScore(score: ObservedScore): void;
  onSlot(slot: ObservedSlot): void;
}

export interface ObservedFace {
  readonly trackId: number;
  /** Pixels of the analysis frame. */
  readonly box: Box;
}

export interface ObservedEvent {
  readonly trackId: number;
  readonly onsetMs: number;
  readonly apexMs: number;
  readonly offsetMs: number;
  /** Robust z score at the apex. */
  readonly strength: number;
  readonly label: Label;
  /** Softmax probability of the label, 0..1. */
  readonly probability: number;
  /** Of the face, from which most of it came. */
  readonly region: Region;
}

export interface ObservedScore {
  readonly trackId: number;
  readonly ptsMs: number;
  /** Strongest spotting score over the lags, log odds. */
  readonly score: number;
  /** Its robust z score against the face's own past; 0 until there is enough of that. */
  readonly z: number;
}

/** A slot that was counted. Its time began after `sinceMs` and was full at `untilMs`. */
export interface ObservedSlot {
  readonly trackId: number;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly label: Label;
}

/** `buildStages` takes nothing else, and only `agent/evaluate/observer.ts` makes it, for recordings in purpose demo. */
export type Observer = Observations & { readonly [observerBrand]: true };

/** Called by `agent/evaluate/observer.ts` alone. */
export const asObserver = (observations: Observations): Observer => observations as Observer;
