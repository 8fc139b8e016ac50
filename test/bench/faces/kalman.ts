import type { PointFilter } from '../../../agent/align/anchor.ts';
import type { Point } from '../../../agent/domain/geometry.ts';

export interface KalmanOptions {
  /** Standard deviation of a measured coordinate, px. */
  readonly noisePx: number;
  /** Spectral density of the acceleration's square root, px per s^1.5: how fast the speed may change. */
  readonly restlessness: number;
}

/** One coordinate: place and speed with their covariance. */
class Axis {
  #at: number;
  #speed = 0;
  #p = { at: 0, cross: 0, speed: 1e6 };
  readonly #options: KalmanOptions;

  constructor(first: number, options: KalmanOptions) {
    this.#at = first;
    this.#options = options;
    this.#p.at = options.noisePx ** 2;
  }

  get value(): number {
    return this.#at;
  }

  push(measured: number, t: number): void {
    const q = this.#options.restlessness ** 2;
    const { at, cross, speed } = this.#p;
    const predicted = {
      at: at + 2 * t * cross + t * t * speed + (q * t ** 3) / 3,
      cross: cross + t * speed + (q * t * t) / 2,
      speed: speed + q * t,
    };
    const total = predicted.at + this.#options.noisePx ** 2;
    const [gain, speedGain] = [predicted.at / total, predicted.cross / total];
    const off = measured - (this.#at + t * this.#speed);
    this.#at += t * this.#speed + gain * off;
    this.#speed += speedGain * off;
    this.#p = {
      at: (1 - gain) * predicted.at,
      cross: (1 - gain) * predicted.cross,
      speed: predicted.speed - speedGain * predicted.cross,
    };
  }
}

/**
 * A Kalman filter for a point of nearly constant velocity, white noise in its acceleration (Bar-Shalom, Li and
 * Kirubarajan, "Estimation with applications to tracking and navigation", 2001, 6.2).
 */
export class Kalman implements PointFilter {
  readonly #x: Axis;
  readonly #y: Axis;

  constructor(first: Point, options: KalmanOptions) {
    this.#x = new Axis(first.x, options);
    this.#y = new Axis(first.y, options);
  }

  get value(): Point {
    return { x: this.#x.value, y: this.#y.value };
  }

  push(point: Point, seconds: number): void {
    this.#x.push(point.x, seconds);
    this.#y.push(point.y, seconds);
  }
}
