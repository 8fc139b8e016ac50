import type { CalibrationState } from '../domain/quality.ts';
import { PageHinkley } from './page-hinkley.ts';

export interface CalibrationOptions {
  /** Log odds that an event must have at least: what the model's manifest asks for everywhere. */
  readonly minScore: number;
  readonly falseAlarmsPerFaceHour: number;
  /** Face time after which the threshold is set. */
  readonly faceMs: number;
  /** Threshold of an earlier calibration of the same camera and model. */
  readonly known?: number;
}

/** Candidates this far below the floor tell how fast they thin out towards it, log odds. */
const REACH = 3;
/** No threshold is further above the floor: beyond, a camera is unfit rather than noisy. */
const MOST_RAISE = 6;
/** Candidates below the floor without which their fall cannot be told. */
const FEWEST = 8;
/** Face time that makes one value of the drift test. */
const DRIFT_MS = 10_000;

/**
 * The scale of an exponential distribution of which only values in 0..`width` are seen, from their mean (maximum
 * likelihood). Infinity where they do not thin out.
 */
export function truncatedScale(mean: number, width: number): number {
  if (mean >= width / 2) return Number.POSITIVE_INFINITY;
  let [low, high] = [mean, width * 1e4];
  for (let i = 0; i < 100; i++) {
    const scale = (low + high) / 2;
    // Rises with the scale, from the mean itself to half the width.
    if (scale - width / Math.expm1(width / scale) < mean) low = scale;
    else high = scale;
  }
  return (low + high) / 2;
}

/**
 * Sets one camera's threshold so that its own noise gives so many false alarms in an hour of face time. A candidate is a
 * movement that was a micro-expression in all but its score. Those below the manifest's threshold are noise; how they
 * thin out towards it is taken for exponential (the tail of peaks over a threshold, in the domain of Gumbel's law:
 * Pickands 1975) and followed beyond it. What lies above may be real and has no part in it, so that a lively place does
 * not make its own camera deaf. The manifest's threshold is the floor.
 *
 * When the noise of the score changes for good (Page and Hinkley's test, on its logarithm), it begins anew, and the old
 * threshold holds meanwhile.
 */
export class Calibration {
  readonly #options: CalibrationOptions;
  readonly #onDone: ((minScore: number) => void) | undefined;
  #minScore: number;
  #state: CalibrationState;
  #faceMs = 0;
  #below: number[] = [];
  #drift = new PageHinkley();
  #spread = { ms: 0, sum: 0 };

  /** @param onDone told each threshold that was set */
  constructor(options: CalibrationOptions, onDone?: (minScore: number) => void) {
    this.#options = options;
    this.#onDone = onDone;
    this.#minScore = this.#bounded(options.known ?? options.minScore);
    this.#state = options.known === undefined ? 'calibrating' : 'calibrated';
  }

  get minScore(): number {
    return this.#minScore;
  }

  get state(): CalibrationState {
    return this.#state;
  }

  candidate(score: number): void {
    const { minScore } = this.#options;
    if (this.#state !== 'calibrated' && score < minScore && score > minScore - REACH)
      this.#below.push(score - (minScore - REACH));
  }

  /** A face was compared with its past, `ms` after the last time. @param spread of its score while nothing happens */
  watched(ms: number, spread: number): void {
    if (this.#state !== 'calibrated') {
      this.#faceMs += ms;
      if (this.#faceMs >= this.#options.faceMs) this.#finish();
      return;
    }
    this.#spread.ms += ms;
    this.#spread.sum += ms * Math.log2(Math.max(spread, 1e-3));
    if (this.#spread.ms < DRIFT_MS) return;
    if (this.#drift.push(this.#spread.sum / this.#spread.ms)) {
      this.#state = 'drifted';
      this.#faceMs = 0;
      this.#below = [];
    }
    this.#spread = { ms: 0, sum: 0 };
  }

  #finish(): void {
    this.#minScore = this.#bounded(this.#threshold());
    this.#state = 'calibrated';
    this.#drift = new PageHinkley();
    this.#onDone?.(this.#minScore);
  }

  #threshold(): number {
    const { minScore, falseAlarmsPerFaceHour } = this.#options;
    const found = this.#below.length;
    if (found < FEWEST) return minScore;
    const scale = truncatedScale(this.#below.reduce((a, b) => a + b) / found, REACH);
    if (!Number.isFinite(scale)) return minScore + MOST_RAISE;
    const perHour = (found * 3_600_000) / this.#faceMs / -Math.expm1(-REACH / scale);
    return minScore - REACH + scale * Math.log(perHour / falseAlarmsPerFaceHour);
  }

  /** To a tenth, between the floor and the most: a number and nothing more may be kept of it. */
  #bounded(minScore: number): number {
    const floor = this.#options.minScore;
    return Math.round(Math.max(floor, Math.min(floor + MOST_RAISE, minScore)) * 10) / 10;
  }
}
