/**
 * Probabilities of 0..n successes in `n` trials, from the likeliest outward; what is below 1e-15 of it is left out.
 * Yields [successes, probability].
 */
export function binomial(n: number, p: number): readonly (readonly [number, number])[] {
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const odds = p / (1 - p);
  const weights: [number, number][] = [[mode, 1]];
  for (let k = mode, w = 1; k < n && w > 1e-15; k++) {
    w *= ((n - k) / (k + 1)) * odds;
    weights.push([k + 1, w]);
  }
  for (let k = mode, w = 1; k > 0 && w > 1e-15; k--) {
    w *= k / (n - k + 1) / odds;
    weights.push([k - 1, w]);
  }
  const total = weights.reduce((sum, [, w]) => sum + w, 0);
  return weights.map(([k, w]) => [k, w / total]);
}
