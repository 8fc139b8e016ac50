import { assign } from '../domain/assign.ts';
import { type Interval, iou } from './interval.ts';

/** From this overlap on an interval has been spotted (MEGC 2019 to 2025). */
export const MIN_IOU = 0.5;

export interface Match {
  /** Index among the true intervals. */
  readonly truth: number;
  /** Index among the spotted ones. */
  readonly spotted: number;
  readonly iou: number;
}

/**
 * Pairs true and spotted intervals, each at most once and only at an overlap of at least `MIN_IOU`: as many pairs as
 * there can be, and among those ways the one with the largest sum of overlaps. Taking the first that fits, as simpler
 * evaluations do, depends on the order of the lists when intervals of two tracks of one face overlap.
 *
 * @returns in the order of the true intervals
 */
export function match(truth: readonly Interval[], spotted: readonly Interval[]): Match[] {
  const overlaps = truth.map((a) => spotted.map((b) => iou(a, b)));
  // One more pair is worth more than any overlap.
  const pair = Math.min(truth.length, spotted.length) + 1;
  const cost = overlaps.map((row) => row.map((overlap) => (overlap < MIN_IOU ? 0 : -pair - overlap)));
  return assign(cost).flatMap((column, row) => {
    const overlap = overlaps[row]?.[column] ?? 0;
    return overlap < MIN_IOU ? [] : [{ truth: row, spotted: column, iou: overlap }];
  });
}
