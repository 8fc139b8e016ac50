/** The value below which `share` (0..1) of them lie, interpolated. @throws RangeError without any */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('no values');
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  return low + ((sorted[below + 1] ?? low) - low) * (at - below);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Median, and the quartiles where there are at least three to take them of. */
export function spread(values: readonly number[]): { value: number; quartiles?: [number, number] } {
  const value = median(values);
  return values.length < 3
    ? { value }
    : { value, quartiles: [quantile(values, 0.25), quantile(values, 0.75)] };
}
