import type { Label, Region, Window } from './signal.ts';

declare const releasedBrand: unique symbol;
declare const sealedBrand: unique symbol;

/** Why a window's numbers are kept back. The reason itself never depends on a true count. */
export type WithheldReason = 'headcount' | 'capture' | 'budget' | 'total' | 'ledger';

/** Slots per bin with their noise; may be negative, because clamping would bias sums. */
export interface NoisedCounts<Bin extends string> {
  readonly counts: Readonly<Record<Bin, number>>;
  readonly noise: {
    readonly mechanism: 'discrete-laplace' | 'none';
    /** Privacy loss by these counts; absent without noise. */
    readonly epsilon?: number;
    /** Half-width of the 95 % interval of the noise of each count, in slots. */
    readonly interval95: number;
  };
}

export interface ReleasedCounts extends NoisedCounts<Label> {
  readonly state: 'released';
  /** Slots with an event by region of the face; the losses of both add up. Absent where that is not configured. */
  readonly regions?: NoisedCounts<Region>;
}

export interface WithheldCounts {
  readonly state: 'withheld';
  readonly reason: WithheldReason;
}

/**
 * The aggregate of one zone and window after the release step: thresholded, noised, entered in the ledger.
 * `publish` takes nothing else, and only `agent/aggregate/release.ts` makes it.
 */
export type ReleasedAggregate = {
  readonly [releasedBrand]: true;
  readonly zoneId: string;
  readonly window: Window;
} & (ReleasedCounts | WithheldCounts);

/** A released aggregate as the message that goes out, byte for byte; `publish` makes it and sends nothing else. */
export interface SealedSignal {
  readonly [sealedBrand]: true;
  readonly zoneId: string;
  readonly payload: string;
}

/** Called by `agent/publish/signal.ts` alone. */
export const asSealed = (body: { zoneId: string; payload: string }): SealedSignal => body as SealedSignal;

/** Called by `agent/aggregate/release.ts` alone. */
export const asReleased = (
  body: { zoneId: string; window: Window } & (ReleasedCounts | WithheldCounts),
): ReleasedAggregate => body as ReleasedAggregate;
