import type { Template } from '../domain/face.ts';
import { LABELS, type Label, type Region } from '../domain/signal.ts';
import type { Comparison, Pair, Spotted, SpottedEvent } from '../domain/tokens.ts';
import { foremostRegion, massByRegion } from './regions.ts';
import type { UsualRegions } from './usual.ts';

/** A spotted event with its label and where on the face it came from. */
export interface RecognisedEvent extends SpottedEvent {
  readonly label: Label;
  /** Softmax probability of the label, 0..1. */
  readonly probability: number;
  /** Where on the face most of it was: see `foremostRegion`. */
  readonly region: Region;
}

type Compare = (pairs: readonly Pair[]) => Promise<Comparison[]>;

export function classify(logits: Float32Array): { label: Label; probability: number } {
  const top = logits.reduce((best, value, i) => (value > logits[best]! ? i : best), 0);
  const sum = logits.reduce((total, value) => total + Math.exp(value - logits[top]!), 0);
  return { label: LABELS[top]!, probability: 1 / sum };
}

/** Labels spotted events by one comparison of onset and apex each. */
export function createRecogniser(
  compare: Compare,
  usual: Pick<UsualRegions, 'of'>,
  template: Template,
  sizePx: number,
) {
  return async (spotted: readonly Spotted[]): Promise<RecognisedEvent[]> => {
    if (spotted.length === 0) return [];
    const comparisons = await compare(spotted.map(({ pair }) => pair));
    return spotted.map(({ event }, i) => {
      const { logits, poi } = comparisons[i]!;
      const mass = massByRegion(poi, template, sizePx);
      return {
        ...event,
        ...classify(logits),
        region: foremostRegion(mass, usual.of(event.trackId, poi.length)),
      };
    });
  };
}
