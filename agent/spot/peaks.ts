/** Limits of what counts as a micro-expression, from the model's manifest; milliseconds. */
export interface PeakLimits {
  /** How far a score must stand out of the face's own noise, robust z. */
  readonly zThreshold: number;
  /** How high it must be besides: what is out of the ordinary for a very quiet face may still be nothing. */
  readonly minScore: number;
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
/** A movement begins and ends where the score passes this share of the threshold (hysteresis) ... */
const RELEASE = 0.5;
/** ... and this share of its own height: a strong one is not prolonged by the small unrest around it. */
const FOOT = 0.25;
/** A way there this strong may still be made out to be one by a clearer way back. */
const PROMISE = 0.65;
/** A movement shows in the score this much after it began: it must first have moved some skin. */
const DELAY_MS = 60;
/**
 * Onset to offset when the way back was too slow to be seen. CASME II and SAMM have their medians between 0.25 and 0.5 s.
 */
const TYPICAL_MS = 400;
/** What was not seen for longer than this may have been anything: a movement across it is none. */
const MOST_UNSEEN_MS = 200;

interface Sample {
  readonly atMs: number;
  readonly score: number;
}

/** A movement that has not ended yet. */
interface Movement {
  readonly startMs: number;
  readonly samples: { readonly atMs: number; readonly z: number }[];
  /** When the score was last above the level at which the movement ends. */
  lastMs: number;
  apexMs: number;
  strength: number;
  /** Whether the score has fallen below the release level since: what rises after that is the way back. */
  dipped: boolean;
  spotted: boolean;
}

const median = (sorted: readonly number[]): number => {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/**
 * Micro-expressions in the series of one face's spotting score, against the face's own noise: robust z score over the
 * running median and median absolute deviation (factor 1.4826: consistent with the standard deviation of a normal
 * distribution).
 *
 * The score at t compares t with t - lag. A micro-expression therefore shows twice, with a dip between: from its onset
 * until its apex + lag, and again on the way back until its offset + lag. Both belong to one movement, which is over when
 * the score has been low for as long as the lag. Samples inside a movement never enter the history.
 */
export class PeakFinder {
  readonly #limits: PeakLimits;
  readonly #lagMs: number;
  readonly #history: Sample[] = [];
  #movement: Movement | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;
  #z = 0;

  constructor(limits: PeakLimits, lagMs: number) {
    this.#limits = limits;
    this.#lagMs = lagMs;
  }

  /** Robust z score of the latest sample; 0 while the face has too little past. */
  get z(): number {
    return this.#z;
  }

  /** Feed the score at `atMs`; times must rise. Returns the micro-expression that is known to be over with this sample. */
  push(atMs: number, score: number): Peak | undefined {
    const z = this.#zOf(atMs, score);
    this.#z = z;
    if (atMs - this.#lastMs > MOST_UNSEEN_MS) this.interrupt();
    this.#lastMs = atMs;
    const movement = this.#movement;
    const high = z > this.#endLevel(movement?.strength ?? 0);
    if (movement === undefined) {
      if (high)
        this.#movement = this.#follow(
          {
            startMs: atMs,
            samples: [{ atMs, z }],
            lastMs: atMs,
            apexMs: atMs,
            strength: z,
            dipped: false,
            spotted: false,
          },
          atMs,
          z,
          score,
        );
      else this.#remember(atMs, score);
      return undefined;
    }
    movement.samples.push({ atMs, z });
    if (high) this.#follow(movement, atMs, z, score);
    else if (movement.strength >= this.#limits.zThreshold * PROMISE) movement.dipped = true;
    else {
      // Noise that looked up for a moment must not give what follows an earlier beginning.
      this.#movement = undefined;
      this.#remember(atMs, score);
      return undefined;
    }
    if (atMs - movement.startMs > this.#giveUpMs()) {
      // A lasting change of level (light, a turned head): start over rather than call everything after it an event.
      this.#movement = undefined;
      if (high) this.#history.length = 0;
      return undefined;
    }
    if (atMs - movement.lastMs < this.#lagMs) return undefined;
    this.#movement = undefined;
    this.#remember(atMs, score);
    return movement.spotted ? this.#peakOf(movement) : undefined;
  }

  /** What was going on cannot be followed any more; what the face's noise is like is still known. */
  interrupt(): void {
    this.#movement = undefined;
  }

  #follow(movement: Movement, atMs: number, z: number, score: number): Movement {
    movement.lastMs = atMs;
    if (!movement.dipped && z > movement.strength) {
      movement.apexMs = atMs;
      movement.strength = z;
    }
    movement.spotted ||= z >= this.#limits.zThreshold && score >= this.#limits.minScore;
    return movement;
  }

  /** Beyond this a movement cannot be a micro-expression any more. */
  #giveUpMs(): number {
    return 2 * (this.#limits.maxDurationMs + this.#lagMs);
  }

  #endLevel(strength: number): number {
    return Math.max(this.#limits.zThreshold * RELEASE, strength * FOOT);
  }

  #peakOf({ samples, lastMs, apexMs, strength }: Movement): Peak | undefined {
    const level = this.#endLevel(strength);
    const onsetMs = samples.find(({ z }) => z > level)!.atMs - DELAY_MS;
    const seenMs = lastMs - this.#lagMs;
    if (seenMs - onsetMs > this.#limits.maxDurationMs) return undefined;
    if (apexMs - onsetMs < this.#limits.minOnsetMs) return undefined;
    return { onsetMs, apexMs, offsetMs: Math.max(seenMs, onsetMs + TYPICAL_MS), strength };
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
