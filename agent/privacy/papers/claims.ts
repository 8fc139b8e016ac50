import { oddsFactor } from '../plan/units.ts';
import type { Facts } from './facts.ts';

/** The promises of the release step as factors in the odds of a guess about one person. Undefined without noise. */
export interface Claims {
  /** Was this person in view in this window? */
  readonly presence: string;
  /** What was seen in the face of somebody who was in view? Changing slots is taking away and adding: twice the loss. */
  readonly label: string;
  /** The same for one single slot, where the assumption on tracks does not hold: presence. */
  readonly slot: string;
  /** Epsilon that can be spent in 24 hours in one zone, and its factor. */
  readonly dayEpsilon: number;
  readonly day: string;
  /** Above this a factor is no promise any more. */
  readonly dayIsWeak: boolean;
}

const WEAK_EPSILON = 5;

/** As it is printed: 10¹³. */
const factor = (epsilon: number): string =>
  oddsFactor(epsilon).replace(/\^(\d+)$/, (_, digits: string) =>
    [...digits].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join(''),
  );

export function claimsOf({ aggregation, noise, budget }: Facts): Claims | undefined {
  if (aggregation.noise === 'none') return undefined;
  const { epsilon } = noise;
  const dayEpsilon = Math.min(budget.windowsPer24h ?? 0, budget.watchedPer24h) * epsilon;
  return {
    presence: factor(epsilon),
    label: factor(2 * epsilon),
    slot: factor(epsilon / noise.bound),
    dayEpsilon: Math.round(dayEpsilon * 1e6) / 1e6,
    day: factor(dayEpsilon),
    dayIsWeak: dayEpsilon > WEAK_EPSILON,
  };
}
