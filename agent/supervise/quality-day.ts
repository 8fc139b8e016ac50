import { type FaceFrames, QUALITY_REASONS, type QualityReason } from '../camera/messages.ts';

const DAY_MS = 86_400_000;
/** Faces in frames below which nothing is said of a day: seven minutes of one face at 25 frames per second. */
const LEAST = 10_000;
const NOTHING: FaceFrames = { counted: 0, 'frame-rate': 0, 'face-height': 0 };

/**
 * What kept most faces of a day from counting. An operator must learn that a camera is too far away or a box too slow,
 * but how many faces were refused, and when, would tell when people were there: so a whole day (UTC) comes down to a
 * word or two, and is told on the next.
 */
export class QualityDay {
  #day = 0;
  #sum = NOTHING;
  #before: readonly QualityReason[] = [];

  add(more: FaceFrames, wallMs: number): void {
    this.#turnTo(wallMs);
    const sum = this.#sum;
    this.#sum = {
      counted: sum.counted + more.counted,
      'frame-rate': sum['frame-rate'] + more['frame-rate'],
      'face-height': sum['face-height'] + more['face-height'],
    };
  }

  /** Of the day before this one. */
  before(wallMs: number): readonly QualityReason[] {
    this.#turnTo(wallMs);
    return this.#before;
  }

  #turnTo(wallMs: number): void {
    const day = Math.floor(wallMs / DAY_MS);
    if (day === this.#day) return;
    const all = Object.values(this.#sum).reduce((a, b) => a + b);
    const known = day === this.#day + 1 && all >= LEAST;
    this.#before = known ? QUALITY_REASONS.filter((reason) => this.#sum[reason] > all / 2) : [];
    this.#day = day;
    this.#sum = NOTHING;
  }
}
