import { planesOf, type RawFrame } from '../domain/frame.ts';
import { contains, type Polygon } from '../domain/geometry.ts';
import { FILL } from './redact.ts';

/** Cells of 2 x 2 pixels in one row of them: [from, to). */
interface Run {
  readonly row: number;
  readonly from: number;
  readonly to: number;
}

/** Cells of which any corner is inside; an edge that crosses a cell without a corner in it is thinner than two pixels. */
function* runsOf(polygons: readonly Polygon[], columns: number, rows: number): Generator<Run> {
  const inside = (x: number, y: number) => polygons.some((polygon) => contains(polygon, { x, y }));
  for (let row = 0; row < rows; row++) {
    let from = -1;
    for (let column = 0; column <= columns; column++) {
      const [left, top] = [2 * column, 2 * row];
      const hit =
        column < columns &&
        (inside(left, top) || inside(left + 2, top) || inside(left, top + 2) || inside(left + 2, top + 2));
      if (hit && from < 0) from = column;
      if (hit || from < 0) continue;
      yield { row, from, to: column };
      from = -1;
    }
  }
}

/**
 * Destroys opt-out areas in a raw frame, in place, before anything looks at it: nobody in them is even detected.
 *
 * @param optOut corners as fractions of the picture
 * @param widthPx of the frames that will come, even
 * @param heightPx likewise
 */
export function createVeil(
  optOut: readonly (readonly (readonly [number, number])[])[],
  widthPx: number,
  heightPx: number,
): (frame: RawFrame) => void {
  const polygons = optOut.map(
    (corners): Polygon => corners.map(([x, y]) => ({ x: x * widthPx, y: y * heightPx })),
  );
  const runs = polygons.length === 0 ? [] : [...runsOf(polygons, widthPx / 2, heightPx / 2)];

  return ({ image }) => {
    const [luma, ...chroma] = planesOf(image);
    for (const { row, from, to } of runs) {
      for (const y of [2 * row, 2 * row + 1]) luma.fill(FILL, y * widthPx + 2 * from, y * widthPx + 2 * to);
      for (const plane of chroma) plane.fill(FILL, (row * widthPx) / 2 + from, (row * widthPx) / 2 + to);
    }
  };
}
