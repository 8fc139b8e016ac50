import { OperatorError } from '../domain/errors.ts';
import { type Interval, spanning } from './interval.ts';

/** Time stamps are rounded to a millionth of a second; what is this near to a frame is that frame. */
const SAME_FRAMES = 1e-3;
/** A picture that is further than this from every frame belongs to another frame rate. */
const MOST_OFF_FRAMES = 0.25;

/**
 * Media times of a recording as frame numbers of its truth. The first picture is frame 0. Frame numbers run on when a
 * recording holds its film several times over: frame n shows frame n modulo the film's length.
 */
export class Timeline {
  readonly #fps: number;
  readonly #originMs: number;

  constructor(fps: number, firstMs: number) {
    this.#fps = fps;
    this.#originMs = firstMs;
  }

  /** Where a time lies, in frames; fractions possible. */
  positionOf(ms: number): number {
    const position = ((ms - this.#originMs) * this.#fps) / 1000;
    const whole = Math.round(position);
    return Math.abs(position - whole) <= SAME_FRAMES ? whole : position;
  }

  /** The frame that the picture with this time shows. @throws OperatorError truth-mismatch when it shows none */
  frameOf(ms: number): number {
    const position = this.positionOf(ms);
    const whole = Math.round(position);
    if (Math.abs(position - whole) > MOST_OFF_FRAMES)
      throw new OperatorError(
        'config',
        'truth-mismatch',
        `The picture at ${(ms / 1000).toFixed(3)} s of the recording lies between two frames of its truth (${this.#fps} frames/s).`,
        { remedy: 'Name the truth of this very recording; its frame rate must not have been changed.' },
      );
    return whole;
  }

  interval(onsetMs: number, offsetMs: number): Interval {
    return spanning(this.positionOf(onsetMs), this.positionOf(offsetMs));
  }
}
