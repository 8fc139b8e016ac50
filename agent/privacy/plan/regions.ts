import type { Config } from '../../config/schema.ts';
import { EXPRESSIONS } from '../../domain/signal.ts';
import { leastWhole } from './alone.ts';
import { halfWidth95, type NoiseRules } from './noise.ts';

/** What the counts by region of the face are worth in one zone. */
export interface RegionWorth {
  /** Slots with an event to expect in a message: only they have a region. */
  readonly events: number;
  /** Released windows to add up until each count is known to a quarter of all events; undefined: 10 000 are not enough. */
  readonly windows: number | undefined;
}

const MOST_WINDOWS = 10_000;
/** Half of the events in one region then looks like something between a quarter and three quarters. */
const COARSE = 1 / 4;

/** The noise of these counts as rules of the release step; undefined where they are not released. */
export const regionRules = (aggregation: Config['aggregation']): NoiseRules | undefined =>
  aggregation.regions && { ...aggregation, epsilonPerWindow: aggregation.regions.epsilonPerWindow };

/**
 * @param slots expected in a window
 * @param share of them that each label has
 */
export function regionWorth(rules: NoiseRules, slots: number, share: number): RegionWorth {
  const events = slots * Math.min(1, EXPRESSIONS.length * share);
  const known = (windows: number) => halfWidth95(rules, windows) <= COARSE * events * windows;
  return { events, windows: events === 0 ? undefined : leastWhole(1, MOST_WINDOWS, known) };
}
