import type { Config } from '../../config/schema.ts';
import { halfWidth95 } from './noise.ts';
import { remembered } from './remembered.ts';
import { type Rise, watchFor } from './rise.ts';
import { mostPerPerson } from './slots.ts';
import { chanceWithheld } from './withheld.ts';

/** What to expect for so many people. */
export interface Expectation {
  readonly headCount: number;
  /** Below k by declaration: never released, so nothing of the rest happens. */
  readonly tooSmall: boolean;
  /** Slots in one window: expected, and at most. */
  readonly slots: { readonly expected: number; readonly most: number };
  /** 95 % half-width of the noise of one count: in slots, and as a share of the expected slots. */
  readonly error: { readonly slots: number; readonly share: number };
  /** Probability that the noised total is below k. */
  readonly withheld: number;
  /** Probability that one released window shows the rise. */
  readonly seenInOne: number;
}

/** @param perPerson slots that a person earns in a window, on average */
export function expectation(aggregation: Config['aggregation'], rise: Rise, perPerson: number) {
  const half = halfWidth95(aggregation, 1);
  return remembered((headCount): Expectation => {
    const expected = headCount * perPerson;
    const whole = Math.round(expected);
    const tooSmall = headCount < aggregation.minHeadCount;
    return {
      headCount,
      tooSmall,
      slots: { expected, most: headCount * mostPerPerson(aggregation) },
      error: { slots: half, share: half / expected },
      withheld: tooSmall ? 1 : chanceWithheld(aggregation, whole),
      seenInOne: tooSmall ? 0 : watchFor(rise, whole, aggregation).power(1),
    };
  });
}
