/** Limits of what counts as a micro-expression, from the model's manifest; milliseconds. */
export interface PeakLimits {
  readonly zThreshold: number;
  readonly minOnsetMs: number;
  /** Onset to offset. Longer movements are macro-expressions, speech or head motion. */
  readonly maxDurationMs: number;
}

export interface Peak {
  readonly onsetMs: number;
  readonly apexMs: number;
  readonly offsetMs: number;
  readonly strength: number;
}

/** How much of the past sets a face's own zero, and how much of it must be there before anything is spotted. */
const HISTORY_MS = 4_000;
const WARM_UP_MS = 2_000;
/** An event is over when the score has fallen to this share of the threshold (hysteresis). */
const RELEASE = 0.5;

interface Sample {
  readonly atMs: number;
  readonly score: number;
}

const median = (sorted: readonly number[]): number => {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/**
 * Peaks of one face's motion score against the face's own noise: robust z score over the running median and median
 * absolute deviation (factor 1.4826: consistent with the standard deviation of a normal distribution).
 *
 * The score at t compares t with t - lag, so a movement shows from its onset until its offset plus the lag; that lag is
 * taken off again before the duration is judged. Samples inside an event never enter the history.
 */
export class PeakFinder {
  readonly #limits: PeakLimits;
  readonly #lagMs: number;
  readonly #history: Sample[] = [];
  #open: { startMs: number; apexMs: number; strength: number } | undefined;

  constructor(limits: PeakLimits, lagMs: number) {
    this.#limits = limits;
    this.#lagMs = lagMs;
  }

  /** Feed the score at `atMs`; times must rise. Returns the event that this sample ends, if it is a micro-expression. */
  push(atMs: number, score: number): Peak | undefined {
    const z = this.#zOf(atMs, score);
    if (this.#open !== undefined) {
      if (z > this.#open.strength) {
        this.#open.apexMs = atMs;
        this.#open.strength = z;
      }
      if (z > this.#limits.zThreshold * RELEASE && atMs - this.#open.startMs <= this.#giveUpMs())
        return undefined;
      return this.#close(atMs, score, z);
    }
    if (z >= this.#limits.zThreshold) this.#open = { startMs: atMs, apexMs: atMs, strength: z };
    else this.#remember(atMs, score);
    return undefined;
  }

  /** Beyond this an open event cannot become a micro-expression any more: take the new level into the history instead. */
  #giveUpMs(): number {
    return 2 * (this.#limits.maxDurationMs + this.#lagMs);
  }

  #close(atMs: number, score: number, z: number): Peak | undefined {
    const { startMs, apexMs, strength } = this.#open!;
    this.#open = undefined;
    if (z > this.#limits.zThreshold * RELEASE) {
      // A lasting change of level (light, a turned head): start over rather than call everything after it an event.
      this.#history.length = 0;
      return undefined;
    }
    this.#remember(atMs, score);
    const onsetMs = startMs - Math.min(this.#lagMs, this.#limits.minOnsetMs);
    const offsetMs = Math.max(apexMs, atMs - this.#lagMs);
    const tooLong = offsetMs - onsetMs > this.#limits.maxDurationMs;
    const tooShort = apexMs - onsetMs < this.#limits.minOnsetMs;
    return tooLong || tooShort ? undefined : { onsetMs, apexMs, offsetMs, strength };
  }

  #remember(atMs: number, score: number): void {
    this.#history.push({ atMs, score });
    while (this.#history[0]!.atMs < atMs - HISTORY_MS) this.#history.shift();
  }

  #zOf(atMs: number, score: number): number {
    const first = this.#history[0];
    if (first === undefined || atMs - first.atMs < WARM_UP_MS) return 0;
    const scores = this.#history.map((sample) => sample.score).sort((a, b) => a - b);
    const centre = median(scores);
    const deviations = scores.map((value) => Math.abs(value - centre)).sort((a, b) => a - b);
    // The floor keeps a frozen picture (deviation 0) from turning the first new frame into an infinite score.
    const spread = Math.max(1.4826 * median(deviations), Math.abs(centre) * 0.05, 1e-6);
    return (score - centre) / spread;
  }
}
