/** A number with the 95 % interval of what it estimates. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const TAIL = 0.025;

/** The place where a function that falls from above 0 to below it is 0. */
function zeroOf(falling: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (falling(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(X <= count) for a Poisson variable. */
function poissonBelow(count: number, mean: number): number {
  let [term, sum] = [Math.exp(-mean), 0];
  for (let k = 0; k <= count; k++) {
    sum += term;
    term *= mean / (k + 1);
  }
  return sum;
}

/** P(X <= count) for a binomial variable. */
function binomialBelow(count: number, of: number, chance: number): number {
  let sum = 0;
  for (let k = 0, logChoose = 0; k <= count; k++) {
    sum += Math.exp(logChoose + k * Math.log(chance) + (of - k) * Math.log1p(-chance));
    logChoose += Math.log((of - k) / (k + 1));
  }
  return sum;
}

/** Events per unit of exposure; exact interval after Garwood, Biometrika 28, 1936. */
export function rateOf(events: number, exposure: number): Estimate {
  const most = 10 * (events + 10);
  const low = events === 0 ? 0 : zeroOf((mean) => TAIL - 1 + poissonBelow(events - 1, mean), 0, most);
  const high = zeroOf((mean) => poissonBelow(events, mean) - TAIL, 0, most);
  return { value: events / exposure, low: low / exposure, high: high / exposure };
}

/**
 * How many times more often something happens in one exposure than in another: given how often it happened in both
 * together, the share of one is binomial (Przyborowski and Wilenski, Biometrika 31, 1940), with the exact interval of
 * Clopper and Pearson.
 */
export function ratioOf(
  one: { readonly events: number; readonly exposure: number },
  other: { readonly events: number; readonly exposure: number },
): Estimate {
  const all = one.events + other.events;
  const odds = (share: number) => ((share / (1 - share)) * other.exposure) / one.exposure;
  const low =
    one.events === 0
      ? 0
      : zeroOf((share) => TAIL - 1 + binomialBelow(one.events - 1, all, share), 1e-12, 1 - 1e-12);
  const high =
    other.events === 0
      ? 1
      : zeroOf((share) => binomialBelow(one.events, all, share) - TAIL, 1e-12, 1 - 1e-12);
  return {
    value: one.events / one.exposure / (other.events / other.exposure),
    low: odds(low),
    high: high === 1 ? Number.POSITIVE_INFINITY : odds(high),
  };
}
