/**
 * A stretch of a recording in frames, half open. A frame n stands for [n, n + 1), so onset and offset both count, as
 * they do in MEGC's evaluation; ends that fall between two frames are kept as they are.
 */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Both frames included. */
export const spanning = (onsetFrame: number, offsetFrame: number): Interval => ({
  from: onsetFrame,
  to: offsetFrame + 1,
});

/** Frames that both have in common; fractions possible. */
export const shared = (a: Interval, b: Interval): number =>
  Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from));

/** Intersection over union, 0..1. */
export function iou(a: Interval, b: Interval): number {
  const common = shared(a, b);
  return common === 0 ? 0 : common / (a.to - a.from + (b.to - b.from) - common);
}
