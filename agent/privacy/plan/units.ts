/** `12`, `0.35`, `1 200`: as many digits as mean something. */
export function figure(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 1 - Math.floor(Math.log10(Math.abs(value))));
  const rounded = Number(value.toFixed(Math.min(digits, 6)));
  return Math.abs(rounded) < 10_000 ? String(rounded) : String(rounded).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** A share from 0 to 1 in percent. */
export const percent = (share: number): string =>
  share > 0 && share < 0.001 ? 'under 0.1 %' : `${figure(share * 100)} %`;

/** A span of time in the largest unit in which it is a handy number. */
export function duration(ms: number): string {
  const units: readonly [string, string, number][] = [
    ['week', 'weeks', 604_800_000],
    ['day', 'days', 86_400_000],
    ['hour', 'hours', 3_600_000],
    ['minute', 'minutes', 60_000],
    ['second', 'seconds', 1000],
  ];
  for (const [one, many, size] of units) {
    const n = ms / size;
    const shown = Math.round(n * 10) / 10;
    if (n >= 2 || (n >= 1 && shown === Math.round(n))) return `${figure(shown)} ${shown === 1 ? one : many}`;
  }
  return `${figure(ms / 1000)} seconds`;
}

/** By what factor a privacy loss can change the odds of a guess: e to the epsilon. */
export function oddsFactor(epsilon: number): string {
  const factor = Math.exp(epsilon);
  if (factor < 2) return factor.toFixed(2);
  if (factor < 1e6) return figure(factor);
  return `10^${Math.floor(epsilon / Math.LN10)}`;
}
