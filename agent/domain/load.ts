/**
 * How a camera process keeps up, since its last word. Follows the number of faces, so it goes from the camera process to
 * the supervisor, who shares out what the box can do, and no further.
 */
export interface Load {
  /** Pictures that came. */
  readonly arrived: number;
  /** Pictures that were looked at: progress. */
  readonly looked: number;
  /** Share of the time in which the process was at work, 0 to 100. */
  readonly busyPercent: number;
  /** How far the pictures had fallen behind the camera at worst. */
  readonly lagMs: number;
}

/** Why fewer pictures are looked at than come: the box is too slow for all of them, or too hot. */
export const SHEDDING_REASONS = ['overload', 'thermal'] as const;
export type SheddingReason = (typeof SHEDDING_REASONS)[number];
