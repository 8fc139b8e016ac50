/** How nodes came back after the broker did. */
export interface Storm {
  /** How many connections were accepted since the broker listened again. */
  readonly back: number;
  /** Seconds after which a half, 99 of 100 and all of those were back. */
  readonly halfS: number;
  readonly mostS: number;
  readonly allS: number;
  /** Most connections in any second, wherever it begins. */
  readonly peakPerS: number;
  /** Connections in each second since then. */
  readonly perSecond: readonly number[];
}

/** @param connects when connections were accepted, milliseconds @param sinceMs when the broker listened again */
export function stormOf(connects: readonly number[], sinceMs: number): Storm {
  const times = connects.filter((atMs) => atMs >= sinceMs).sort((a, b) => a - b);
  const afterS = (share: number): number => {
    const at = times[Math.max(0, Math.ceil(share * times.length) - 1)];
    return at === undefined ? Number.NaN : (at - sinceMs) / 1_000;
  };
  let peakPerS = 0;
  let first = 0;
  for (const [last, atMs] of times.entries()) {
    while (times[first]! <= atMs - 1_000) first++;
    peakPerS = Math.max(peakPerS, last - first + 1);
  }
  const perSecond: number[] = [];
  for (const atMs of times) {
    const second = Math.floor((atMs - sinceMs) / 1_000);
    while (perSecond.length <= second) perSecond.push(0);
    perSecond[second]!++;
  }
  return {
    back: times.length,
    ...{ halfS: afterS(0.5), mostS: afterS(0.99), allS: afterS(1) },
    ...{ peakPerS, perSecond },
  };
}
