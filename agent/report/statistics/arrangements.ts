/** n over k. */
export function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) ways = (ways * (n - i + 1)) / i;
  return Math.round(ways);
}

/** Every way to take k of n, as lists of indices in order. */
export function* combinations(n: number, k: number): Generator<readonly number[]> {
  const taken = Array.from({ length: k }, (_, i) => i);
  for (;;) {
    yield [...taken];
    let i = k - 1;
    while (i >= 0 && taken[i] === n - k + i) i--;
    if (i < 0) return;
    taken[i]!++;
    for (let j = i + 1; j < k; j++) taken[j] = taken[j - 1]! + 1;
  }
}

/**
 * Numbers in [0, 1) that come the same again from the same seed (mulberry32), so that a report is the same when it is
 * made again. Anybody can foretell them.
 */
export function repeatable(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

/** k of n, each way equally likely. */
export function draw(n: number, k: number, random: () => number): number[] {
  const all = Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < k; i++) {
    const j = i + Math.floor(random() * (n - i));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all.slice(0, k);
}
