/**
 * P(T <= t) of Student's t with whole degrees of freedom, by the finite sums of Abramowitz and Stegun, "Handbook of
 * Mathematical Functions", 26.7.3 and 26.7.4.
 */
export function studentCdf(t: number, df: number): number {
  const theta = Math.atan(t / Math.sqrt(df));
  const cos2 = Math.cos(theta) ** 2;
  let sum = 0;
  if (df % 2 === 1) {
    let term = Math.cos(theta);
    for (let k = 1; k <= df - 2; k += 2) {
      sum += term;
      term *= (cos2 * (k + 1)) / (k + 2);
    }
    return 0.5 + (theta + Math.sin(theta) * sum) / Math.PI;
  }
  let term = 1;
  for (let k = 0; k <= df - 2; k += 2) {
    sum += term;
    term *= (cos2 * (k + 1)) / (k + 2);
  }
  return 0.5 + (Math.sin(theta) * sum) / 2;
}

/** 0.975 quantile of the standard normal distribution. */
export const NORMAL_975 = 1.959963984540054;
/** 0.8 quantile of it. */
export const NORMAL_80 = 0.8416212335729143;

/** t with P(T <= t) = 0.975: half the width of a 95 % interval in standard errors. */
export function student975(df: number): number {
  // Beyond this the two agree to the fourth digit.
  if (df > 10_000) return NORMAL_975;
  let [low, high] = [1, 20];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, df) < 0.975) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
