import type { Box } from '../domain/geometry.ts';

/**
 * Kalman filter of one number and its rate of change under white acceleration noise, on true time stamps
 * (Bar-Shalom et al., "Estimation with Applications to Tracking and Navigation", 2001, section 6.3.2).
 */
class ConstantVelocity {
  value: number;
  rate = 0;
  #pvv: number;
  #pvr = 0;
  #prr: number;
  readonly #acceleration: number;
  readonly #noise: number;

  /** `noise`: standard deviation of a measurement; `acceleration`: of the acceleration, per second squared. */
  constructor(value: number, noise: number, acceleration: number, rate: number) {
    this.value = value;
    this.#noise = noise * noise;
    this.#acceleration = acceleration * acceleration;
    this.#pvv = this.#noise;
    this.#prr = rate * rate;
  }

  predict(seconds: number): void {
    const q = this.#acceleration;
    this.value += this.rate * seconds;
    this.#pvv += seconds * (2 * this.#pvr + seconds * this.#prr) + (q * seconds ** 4) / 4;
    this.#pvr += seconds * this.#prr + (q * seconds ** 3) / 2;
    this.#prr += q * seconds ** 2;
  }

  /** Of a measurement, if it is of this: how many standard deviations off, and the logarithm of the variance. */
  surprise(measured: number): { readonly squared: number; readonly logVariance: number } {
    const total = this.#pvv + this.#noise;
    return { squared: (measured - this.value) ** 2 / total, logVariance: Math.log(total) };
  }

  update(measured: number): void {
    const innovation = measured - this.value;
    const total = this.#pvv + this.#noise;
    const gainValue = this.#pvv / total;
    const gainRate = this.#pvr / total;
    this.value += gainValue * innovation;
    this.rate += gainRate * innovation;
    this.#prr -= gainRate * this.#pvr;
    this.#pvr *= 1 - gainValue;
    this.#pvv *= 1 - gainValue;
  }
}

// Shares of the face's height: a face that is twice as near moves twice as many pixels and is measured twice as coarsely.
// Tuned on simulated scenes (`npm run bench:faces`); half the acceleration costs two points of IDF1 there.
const MEASUREMENT = 0.04;
const ACCELERATION = 8;
const FIRST_RATE = 1;

/**
 * The state of SORT (Bewley et al., "Simple Online and Realtime Tracking", ICIP 2016): box centre, height and aspect,
 * each but the aspect with its rate. Filtered apart, since a detector's errors in them hardly depend on each other.
 */
export class BoxFilter {
  readonly #x: ConstantVelocity;
  readonly #y: ConstantVelocity;
  readonly #height: ConstantVelocity;
  #aspect: number;

  constructor(box: Box) {
    const unit = box.height;
    const filter = (value: number, share: number) =>
      new ConstantVelocity(value, unit * MEASUREMENT, unit * ACCELERATION * share, unit * FIRST_RATE * share);
    this.#x = filter(box.x + box.width / 2, 1);
    this.#y = filter(box.y + box.height / 2, 1);
    this.#height = filter(box.height, 0.25);
    this.#aspect = box.width / box.height;
  }

  predict(seconds: number): void {
    for (const filter of [this.#x, this.#y, this.#height]) filter.predict(seconds);
  }

  update(box: Box): void {
    this.#x.update(box.x + box.width / 2);
    this.#y.update(box.y + box.height / 2);
    this.#height.update(box.height);
    this.#aspect += 0.1 * (box.width / box.height - this.#aspect);
  }

  /**
   * Squared Mahalanobis distance of a box in centre and height (3 degrees of freedom), and the logarithm of the
   * determinant of its covariance, up to a constant: together twice the negative log likelihood.
   */
  surprise(box: Box): { readonly squared: number; readonly logVariance: number } {
    const parts = [
      this.#x.surprise(box.x + box.width / 2),
      this.#y.surprise(box.y + box.height / 2),
      this.#height.surprise(box.height),
    ];
    return {
      squared: parts.reduce((sum, part) => sum + part.squared, 0),
      logVariance: parts.reduce((sum, part) => sum + part.logVariance, 0),
    };
  }

  get box(): Box {
    return this.ahead(0);
  }

  /** Where the box will be, without going there. */
  ahead(seconds: number): Box {
    const at = ({ value, rate }: ConstantVelocity) => value + rate * seconds;
    const height = Math.max(1, at(this.#height));
    const width = height * this.#aspect;
    return { x: at(this.#x) - width / 2, y: at(this.#y) - height / 2, width, height };
  }
}
