import { randomBytes } from 'node:crypto';

/**
 * Exact sampling of the discrete Laplace distribution in integers (Canonne, Kamath, Steinke, "The Discrete Gaussian for
 * Differential Privacy", 2020, algorithms 1 and 2): no floating point, so no low bits that give the noise away.
 */
export type RandomBytes = (count: number) => Uint8Array;

/** Uniform in 0..below-1, by rejection. */
export function uniformBelow(below: bigint, random: RandomBytes): bigint {
  const bits = (below - 1n).toString(2).length;
  const bytes = Math.ceil(bits / 8);
  const mask = (1n << BigInt(bits)) - 1n;
  for (;;) {
    const value = BigInt(`0x${Buffer.from(random(bytes)).toString('hex')}`) & mask;
    if (value < below) return value;
  }
}

/** True with probability exp(-numerator / denominator), for a quotient in 0..1 (algorithm 1). */
function bernoulliExp(numerator: bigint, denominator: bigint, random: RandomBytes): boolean {
  let k = 1n;
  while (uniformBelow(denominator * k, random) < numerator) k++;
  return k % 2n === 1n;
}

/** Z with P(Z = z) proportional to exp(-|z| * s / t); s and t positive (algorithm 2). */
export function discreteLaplace(s: bigint, t: bigint, random: RandomBytes = randomBytes): number {
  for (;;) {
    const u = uniformBelow(t, random);
    if (!bernoulliExp(u, t, random)) continue;
    let v = 0n;
    while (bernoulliExp(1n, 1n, random)) v++;
    const magnitude = (u + t * v) / s;
    const negative = uniformBelow(2n, random) === 1n;
    if (negative && magnitude === 0n) continue;
    return Number(negative ? -magnitude : magnitude);
  }
}

const MILLIONTHS = 1_000_000;

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

/** epsilon / sensitivity as a reduced fraction; epsilon to the millionth. */
export function rate(epsilon: number, sensitivity: number): { s: bigint; t: bigint } {
  const s = BigInt(Math.max(1, Math.round(epsilon * MILLIONTHS)));
  const t = BigInt(sensitivity) * BigInt(MILLIONTHS);
  const divisor = gcd(s, t);
  return { s: s / divisor, t: t / divisor };
}

/** Least h with P(|Z| <= h) >= 0.95. */
export function interval95(epsilon: number, sensitivity: number): number {
  const q = Math.exp(-epsilon / sensitivity);
  return Math.max(0, Math.ceil(Math.log((0.05 * (1 + q)) / 2) / Math.log(q) - 1));
}
