/** Encoder output for one crop: `count * dim` float32, row-major, row 0 is the contextual token. Never leaves the process. */
export type Tokens = Float32Array;

/** Tokens of one face at one moment. */
export interface Moment {
  readonly trackId: number;
  /** Media time, milliseconds. */
  readonly ptsMs: number;
  readonly tokens: Tokens;
}

/** One comparison of two moments of the same face; what the comparator graph takes. */
export interface Pair {
  readonly onset: Moment;
  readonly apex: Moment;
}

/** What the comparator graph gives for one pair; maps are `side * side` row-major over the patches of the crop. */
export interface Comparison {
  /** Log odds that a micro-expression lies between the two, whether it comes or goes. */
  readonly spot: number;
  /** One logit per label, in the order of `LABELS`. */
  readonly logits: Float32Array;
  /** Patch-of-Interest weights, sum 1. */
  readonly poi: Float32Array;
}

/** A micro-expression candidate on one face: media times in milliseconds, and how far it stands out of the face's own noise. */
export interface SpottedEvent {
  readonly trackId: number;
  readonly onsetMs: number;
  readonly apexMs: number;
  readonly offsetMs: number;
  /** Robust z score at the apex. */
  readonly strength: number;
}

/** A spotted event together with the two moments that recognition compares. */
export interface Spotted {
  readonly event: SpottedEvent;
  readonly pair: Pair;
}
