import type { Point } from '../../agent/domain/geometry.ts';

/**
 * How much landmarks move among the crops of an analysis window: root mean square distance from their mean place in the
 * window, over all landmarks, crops and windows of `windowFrames` frames in a row; crop px.
 *
 * @param places for every frame the true landmarks as its crop shows them
 */
export function residualMotion(places: readonly (readonly Point[])[], windowFrames: number): number {
  let [sum, count] = [0, 0];
  for (let start = 0; start + windowFrames <= places.length; start++) {
    const window = places.slice(start, start + windowFrames);
    window[0]!.forEach((_, k) => {
      const mean = (axis: 'x' | 'y') =>
        window.reduce((total, points) => total + points[k]![axis], 0) / windowFrames;
      const [x, y] = [mean('x'), mean('y')];
      for (const points of window) sum += (points[k]!.x - x) ** 2 + (points[k]!.y - y) ** 2;
      count += windowFrames;
    });
  }
  return Math.sqrt(sum / count);
}
