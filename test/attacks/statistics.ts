/** Logarithm of the gamma function (Lanczos 1964, g = 7, n = 9; 15 digits). */
function logGamma(x: number): number {
  const series = [
    0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
    12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ];
  const sum = series.reduce((total, value, i) => (i === 0 ? value : total + value / (x - 1 + i)));
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** P(X <= k) for X binomial of n and p. */
function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0 || p >= 1) return k >= n ? 1 : 0;
  if (k >= n || p <= 0) return 1;
  let sum = 0;
  for (let i = 0; i <= k; i++)
    sum += Math.exp(
      logGamma(n + 1) - logGamma(i + 1) - logGamma(n - i + 1) + i * Math.log(p) + (n - i) * Math.log1p(-p),
    );
  return Math.min(1, sum);
}

/** The p at which the rising function `of` passes `level`, by bisection. */
function crossing(of: (p: number) => number, level: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (of(middle) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * One-sided bounds on the probability of what was seen `k` times in `n` trials (Clopper and Pearson 1934): each is wrong
 * with probability `alpha` at most.
 */
export const clopperPearson = (k: number, n: number, alpha: number): { lower: number; upper: number } => ({
  lower: k === 0 ? 0 : crossing((p) => 1 - binomialCdf(k - 1, n, p), alpha),
  upper: k === n ? 1 : crossing((p) => 1 - binomialCdf(k, n, p), 1 - alpha),
});

/** Pearson's statistic of counts against what was expected of them. */
export const chiSquare = (seen: readonly number[], expected: readonly number[]): number =>
  seen.reduce((sum, count, i) => sum + (count - expected[i]!) ** 2 / expected[i]!, 0);

/** Value that chi-square exceeds once in a thousand (Wilson and Hilferty 1931). */
export function chiSquareLimit(degrees: number): number {
  const part = 2 / (9 * degrees);
  return degrees * (1 - part + 3.0902 * Math.sqrt(part)) ** 3;
}
