import { type PlanarImage, planesOf } from '../domain/frame.ts';

/** The picture in cells; enough to know a room by its edges, too few to know anybody. */
const COLUMNS = 32;
const ROWS = 18;
/** Samples along each side of a cell. */
const SAMPLES = 6;
/** Difference of brightness across two cells that is an edge, of 219. */
const EDGE = 6;
/** Edges that run within 45 degrees of each other are the same. */
const SAME_DIRECTION = Math.SQRT1_2;
/**
 * Share of edges that stay from frame to frame. Measured on the real clips and the synthetic films: 0.85 at least from
 * one frame to the next, 0.69 over eight; 0.64 when light changes so much that a part of the picture is overexposed;
 * 0.36 at most between two rooms, 0.51 when the camera is turned by a sixteenth of the picture.
 */
const MIN_KEPT = 0.55;
/** Fewer edges than this say nothing: a black picture after a black picture. */
const FEWEST_EDGES = 10;

/**
 * Says whether a picture shows another place than the one before: a cut in a recording, another input of an encoder, a
 * camera that was turned, a lens that was covered. Looks at where edges run, which light does not change as long as
 * something is to be seen, and people change only where they are. A cut between two takes of one room by a camera that
 * does not move looks like people moving, and is not found.
 */
export function createCutDetector(): (image: PlanarImage) => boolean {
  const light = new Float32Array(COLUMNS * ROWS);
  let before = new Int16Array(2 * COLUMNS * ROWS);
  let now = new Int16Array(2 * COLUMNS * ROWS);
  let seen = false;

  return (image) => {
    shrink(image, light);
    edgesOf(light, now);
    const cut = seen && isOther(before, now);
    [before, now] = [now, before];
    light.fill(0);
    seen = true;
    return cut;
  };
}

/** Mean brightness of each cell, from a grid of samples. */
function shrink(image: PlanarImage, light: Float32Array): void {
  const { widthPx, heightPx } = image;
  const [luma] = planesOf(image);
  const at = (cell: number, sample: number, cells: number, extent: number) =>
    Math.min(extent - 1, Math.floor(((cell + (sample + 0.5) / SAMPLES) * extent) / cells));
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      let sum = 0;
      for (let j = 0; j < SAMPLES; j++) {
        const line = at(row, j, ROWS, heightPx) * widthPx;
        for (let i = 0; i < SAMPLES; i++) sum += luma[line + at(column, i, COLUMNS, widthPx)]!;
      }
      light[row * COLUMNS + column] = sum / SAMPLES ** 2;
    }
  }
}

/** Gradient of each cell, [dx, dy]. */
function edgesOf(light: Float32Array, edges: Int16Array): void {
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const i = row * COLUMNS + column;
      const left = column > 0 ? i - 1 : i;
      const right = column < COLUMNS - 1 ? i + 1 : i;
      const up = row > 0 ? i - COLUMNS : i;
      const down = row < ROWS - 1 ? i + COLUMNS : i;
      edges[2 * i] = Math.round(light[right]! - light[left]!);
      edges[2 * i + 1] = Math.round(light[down]! - light[up]!);
    }
  }
}

function isOther(before: Int16Array, now: Int16Array): boolean {
  let edges = 0;
  let kept = 0;
  for (let i = 0; i < before.length; i += 2) {
    const [ax, ay, bx, by] = [before[i]!, before[i + 1]!, now[i]!, now[i + 1]!];
    const [a, b] = [Math.hypot(ax, ay), Math.hypot(bx, by)];
    if (Math.max(a, b) < EDGE) continue;
    edges++;
    if (ax * bx + ay * by > SAME_DIRECTION * a * b) kept++;
  }
  return edges >= FEWEST_EDGES && kept < MIN_KEPT * edges;
}
