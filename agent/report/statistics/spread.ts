/** Standard deviations of the share from one day to the next, by where they come from. */
export interface Spread {
  readonly noise: number;
  readonly sampling: number;
  /** What is left: the days really differ, or slots of a day are alike. 0 where the rest explains all. */
  readonly days: number;
}

export interface SpreadDay {
  readonly share: number;
  readonly noise: number;
  readonly sampling: number;
}

/**
 * How much of the spread of daily shares is the noise of the release step, whose variance is known, how much the draw of
 * labels, and how much is left: the moment estimate of DerSimonian and Laird (1986). Undefined with fewer than three days.
 */
export function spreadOf(days: readonly SpreadDay[]): Spread | undefined {
  if (days.length < 3) return undefined;
  const weights = days.map(({ noise, sampling }) => 1 / (noise + sampling));
  const sum = weights.reduce((a, b) => a + b, 0);
  const mean = days.reduce((a, { share }, i) => a + share * weights[i]!, 0) / sum;
  const q = days.reduce((a, { share }, i) => a + weights[i]! * (share - mean) ** 2, 0);
  const squares = weights.reduce((a, w) => a + w ** 2, 0);
  const between = Math.max(0, (q - (days.length - 1)) / (sum - squares / sum));
  const average = (of: (day: SpreadDay) => number) => days.reduce((a, day) => a + of(day), 0) / days.length;
  return {
    noise: Math.sqrt(average(({ noise }) => noise)),
    sampling: Math.sqrt(average(({ sampling }) => sampling)),
    days: Math.sqrt(between),
  };
}
