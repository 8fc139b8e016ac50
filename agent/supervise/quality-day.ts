import { type FaceFrames, noFaceFrames, QUALITY_REASONS, type QualityReason } from '../domain/quality.ts';

const DAY_MS = 86_400_000;
/** Faces in frames below which nothing is said of a day: seven minutes of one face at 25 frames per second. */
const LEAST = 10_000;

/**
 * What kept most faces of a day from counting. An operator must learn that a camera is too far away or a box too slow,
 * but how many faces were refused, and when, would tell when people were there: so a whole day (UTC) comes down to one
 * word or none, the most frequent reason when more was refused than counted, and is told on the next.
 */
export class QualityDay {
  #day = 0;
  #sum = noFaceFrames();
  #before: readonly QualityReason[] = [];

  add(more: FaceFrames, wallMs: number): void {
    this.#turnTo(wallMs);
    for (const verdict of ['counted', ...QUALITY_REASONS] as const) this.#sum[verdict] += more[verdict];
  }

  /** Of the day before this one; empty or one reason. */
  before(wallMs: number): readonly QualityReason[] {
    this.#turnTo(wallMs);
    return this.#before;
  }

  #turnTo(wallMs: number): void {
    const day = Math.floor(wallMs / DAY_MS);
    if (day === this.#day) return;
    const sum = this.#sum;
    const refused = QUALITY_REASONS.reduce((total, reason) => total + sum[reason], 0);
    const known = day === this.#day + 1 && refused + sum.counted >= LEAST && refused > sum.counted;
    const worst = QUALITY_REASONS.reduce((most, reason) => (sum[reason] > sum[most] ? reason : most));
    this.#before = known ? [worst] : [];
    this.#day = day;
    this.#sum = noFaceFrames();
  }
}
