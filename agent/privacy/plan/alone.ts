import type { Config } from '../../config/schema.ts';
import { type DetectionRules, type Rise, watchFor } from './rise.ts';
import { mostPerPerson } from './slots.ts';

type Aggregation = Config['aggregation'];

/** A rise is seen with at least this probability where it is there: "80 % power". */
export const POWER = 0.8;

/** Where a plan stops looking, because nobody would wait for, or could configure, more. */
const MOST_WINDOWS = 10_000;
const MOST_WINDOW_S = 86_400;
const MOST_PEOPLE = 10_000;
const MOST_EPSILON = 20;
const EPSILON_STEP = 0.01;

/** What is enough to see a rise, each change alone; undefined: no value of it is. */
export interface Alone {
  /** Released windows to add up, all else as it is. */
  readonly windows: number | undefined;
  /** The rest: so that a single window is enough. Seconds, a multiple of the window now. */
  readonly windowS: number | undefined;
  readonly headCount: number | undefined;
  readonly epsilonPerWindow: number | undefined;
}

/** @param perPerson slots that a person earns in a window, on average */
export function changesAlone(
  rise: Rise,
  headCount: number,
  perPerson: number,
  aggregation: Aggregation,
): Alone {
  const seen = (people: number, each: number, rules: DetectionRules) =>
    watchFor(rise, Math.round(people * each), rules).power(1) >= POWER;
  const now = watchFor(rise, Math.round(headCount * perPerson), aggregation);
  const times = leastWhole(1, Math.floor(MOST_WINDOW_S / aggregation.windowS), (n) =>
    seen(headCount, perPersonIn(n, perPerson, aggregation), aggregation),
  );
  const people = leastWhole(headCount, MOST_PEOPLE, (n) => seen(n, perPerson, aggregation));
  const steps = leastWhole(
    Math.ceil(aggregation.epsilonPerWindow / EPSILON_STEP - 1e-9),
    MOST_EPSILON / EPSILON_STEP,
    (n) => seen(headCount, perPerson, { ...aggregation, epsilonPerWindow: n * EPSILON_STEP }),
  );
  return {
    windows: leastWhole(1, MOST_WINDOWS, (n) => now.power(n) >= POWER),
    windowS: times === undefined ? undefined : times * aggregation.windowS,
    headCount: people,
    epsilonPerWindow: steps === undefined ? undefined : Math.round(steps) / (1 / EPSILON_STEP),
  };
}

/** Slots grow with the time, as people come into view again and again, up to what one person may add to a window. */
const perPersonIn = (times: number, perPerson: number, aggregation: Aggregation): number =>
  Math.min(
    perPerson * times,
    Math.max(perPerson, mostPerPerson({ ...aggregation, windowS: aggregation.windowS * times })),
  );

/** Least whole number in `low..high` for which it holds, for what holds from some number on. */
export function leastWhole(low: number, high: number, holds: (n: number) => boolean): number | undefined {
  if (high < low) return undefined;
  if (holds(low)) return low;
  // Doubling first, because small numbers are judged faster.
  let below = low;
  let reach = 1;
  while (below + reach < high && !holds(below + reach)) {
    below += reach;
    reach *= 2;
  }
  let enough = Math.min(below + reach, high);
  if (enough === high && !holds(high)) return undefined;
  while (enough - below > 1) {
    const middle = Math.floor((below + enough) / 2);
    if (holds(middle)) enough = middle;
    else below = middle;
  }
  return enough;
}
