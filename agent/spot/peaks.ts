import { FaceNoise, type Noise } from './noise.ts';

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
  /** Highest score among the samples that stand out. */
  score: number;
}

/**
 * Micro-expressions in the series of one face's spotting score, against the face's own noise.
 *
 * The score at t compares t with t - lag. A micro-expression therefore shows twice, with a dip between: from its onset
 * until its apex + lag, and again on the way back until its offset + lag. Both belong to one movement, which is over when
 * the score has been low for as long as the lag. Samples inside a movement never enter the history.
 */
export class PeakFinder {
  readonly #limits: PeakLimits;
  readonly #lagMs: number;
  readonly #onCandidate: ((score: number) => void) | undefined;
  readonly #noise: Noise;
  #movement: Movement | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;
  #z = 0;

  /** @param onCandidate told the score of each movement that is a micro-expression in all but its score */
  constructor(
    limits: PeakLimits,
    lagMs: number,
    onCandidate?: (score: number) => void,
    noise: Noise = new FaceNoise(),
  ) {
    this.#noise = noise;
    this.#limits = limits;
    this.#lagMs = lagMs;
    this.#onCandidate = onCandidate;
  }

  /** Of the face's score while nothing happens, log odds; undefined while the face has too little past. */
  get spread(): number | undefined {
    return this.#noise.spread;
  }

  /** Robust z score of the latest sample; 0 while the face has too little past. */
  get z(): number {
    return this.#z;
  }

  /**
   * Feed the score at `atMs`; times must rise. Returns the micro-expression that is known to be over with this sample.
   *
   * @param byLag see `Noise`
   */
  push(atMs: number, score: number, byLag: readonly (number | undefined)[] = [score]): Peak | undefined {
    const z = this.#noise.zOf(atMs, score, byLag);
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
            score: Number.NEGATIVE_INFINITY,
          },
          atMs,
          z,
          score,
        );
      else this.#noise.remember(atMs, score, byLag);
      return undefined;
    }
    movement.samples.push({ atMs, z });
    if (high) this.#follow(movement, atMs, z, score);
    else if (movement.strength >= this.#limits.zThreshold * PROMISE) movement.dipped = true;
    else {
      // Noise that looked up for a moment must not give what follows an earlier beginning.
      this.#movement = undefined;
      this.#noise.remember(atMs, score, byLag);
      return undefined;
    }
    if (atMs - movement.startMs > this.#giveUpMs()) {
      // A lasting change of level (light, a turned head): start over rather than call everything after it an event.
      this.#movement = undefined;
      if (high) this.#noise.forget();
      return undefined;
    }
    if (atMs - movement.lastMs < this.#lagMs) return undefined;
    this.#movement = undefined;
    this.#noise.remember(atMs, score, byLag);
    const peak = this.#peakOf(movement);
    if (peak === undefined || movement.score === Number.NEGATIVE_INFINITY) return undefined;
    this.#onCandidate?.(movement.score);
    return movement.score >= this.#limits.minScore ? peak : undefined;
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
    if (z >= this.#limits.zThreshold) movement.score = Math.max(movement.score, score);
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
    // What comes after is as far below the face's own zero: large and slow, the movement has only begun to be one.
    if (samples.some(({ atMs, z }) => atMs > lastMs && z < -this.#limits.zThreshold)) return undefined;
    if (apexMs - onsetMs < this.#limits.minOnsetMs) return undefined;
    return { onsetMs, apexMs, offsetMs: Math.max(seenMs, onsetMs + TYPICAL_MS), strength };
  }
}
