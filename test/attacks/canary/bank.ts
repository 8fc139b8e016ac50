/** One grey picture, row by row, 8 bit. */
export interface Grey {
  readonly name: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly data: Uint8Array;
}

/**
 * A piece of a row, to be laid over bytes: differences of pixels that are `lagPx` apart, zero mean and unit length.
 * Without shading and outlines, which many pictures have in common, it is like nothing but the pattern.
 */
export interface Template {
  /** Of which picture, and scaled to which width. */
  readonly picture: string;
  readonly widthPx: number;
  readonly row: number;
  readonly lagPx: number;
  readonly values: Float32Array;
}

/**
 * A whole picture of which nobody changes the size, such as what goes into a network: differences as in a template, at
 * every few pixels of every few rows.
 */
export interface Patch {
  readonly picture: string;
  readonly lagPx: number;
  /** Places of the values, counted from the first, in a picture as wide as it is. */
  readonly places: Int32Array;
  readonly values: Float32Array;
}

/** All that betrays a known picture. */
export interface Bank {
  /** Pieces of rows as they are, by their first four bytes. */
  readonly needles: ReadonlyMap<number, readonly Uint8Array[]>;
  /** Pieces of rows at many scales. */
  readonly templates: readonly Template[];
  readonly patches: readonly Patch[];
}

const NEEDLE_BYTES = 24;
/** Smallest width at which the pattern is still one. */
const SMALLEST_PX = 64;
/** Length of a piece: enough squares of the pattern to be like nothing else. */
const TEMPLATE_PX = 48;
const TEMPLATE_SHARE = 0.2;
const ROWS = [0.03, 0.07, 0.12, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9];

/** A picture that may be found at any scale up to twice its own. */
export interface Known extends Grey {
  /** Side of a square of its pattern, as a share of its width. */
  readonly cellShare: number;
}

/** @param planes rows that may be found byte by byte: planes of decoded frames, compressed pictures */
export function bankOf(planes: readonly Grey[], scalable: readonly Known[], fixed: readonly Known[]): Bank {
  const needles = new Map<number, Uint8Array[]>();
  const known = new Set<string>();
  for (const { data, widthPx, heightPx } of planes)
    for (let y = 0; y < heightPx; y++)
      for (let x = 0; x + NEEDLE_BYTES <= widthPx; x += NEEDLE_BYTES) {
        const needle = data.slice(y * widthPx + x, y * widthPx + x + NEEDLE_BYTES);
        const key = Buffer.from(needle).toString('latin1');
        // A flat piece of wall is in many a file that shows no wall.
        if (known.has(key) || new Set(needle).size < NEEDLE_BYTES / 3) continue;
        known.add(key);
        const start = startOf(needle, 0);
        const same = needles.get(start);
        if (same === undefined) needles.set(start, [needle]);
        else same.push(needle);
      }
  return { needles, templates: scalable.flatMap(templatesOf), patches: fixed.map(patchOf) };
}

export const startOf = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;

function templatesOf(picture: Known): Template[] {
  const templates: Template[] = [];
  for (let widthPx = SMALLEST_PX; widthPx <= 2 * picture.widthPx; ) {
    const scaled = resized(picture, widthPx);
    const length = Math.max(TEMPLATE_PX, Math.round(TEMPLATE_SHARE * widthPx));
    const lagPx = Math.max(1, Math.round(picture.cellShare * widthPx));
    for (const share of ROWS) {
      const row = Math.floor(share * scaled.heightPx);
      const line = differences(scaled.data.subarray(row * widthPx, (row + 1) * widthPx), lagPx);
      const values = liveliest(line, length);
      if (values !== undefined) templates.push({ picture: picture.name, widthPx, row, lagPx, values });
    }
    // Halfway to the next width, the end of a piece is three quarters of a square off.
    const cells = length / (picture.cellShare * widthPx);
    widthPx = Math.ceil(widthPx * (1 + 1.5 / cells));
  }
  return templates;
}

function patchOf({ name, widthPx, heightPx, data, cellShare }: Known): Patch {
  const lagPx = Math.max(1, Math.round(cellShare * widthPx));
  const places: number[] = [];
  for (let y = 0; y < heightPx; y += 3)
    for (let x = 0; x + lagPx < widthPx; x += 2) places.push(y * widthPx + x);
  const all = differences(data, lagPx);
  return {
    picture: name,
    lagPx,
    places: Int32Array.from(places),
    values: normalised(Float32Array.from(places, (place) => all[place]!)),
  };
}

/** Zero mean, unit length. */
export function normalised(values: Float32Array): Float32Array {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const energy = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0));
  return values.map((value) => (value - mean) / Math.max(energy, 1e-9));
}

export const differences = (samples: ArrayLike<number>, lag: number): Float32Array =>
  Float32Array.from({ length: Math.max(0, samples.length - lag) }, (_, i) => samples[i + lag]! - samples[i]!);

/** The piece of a row that varies most; undefined when all of it is flat. */
function liveliest(line: Float32Array, length: number): Float32Array | undefined {
  const energies = Array.from({ length: Math.max(0, line.length - length + 1) }, (_, from) =>
    line.subarray(from, from + length).reduce((sum, value) => sum + value ** 2, 0),
  );
  const most = Math.max(0, ...energies);
  const from = energies.indexOf(most);
  return most < 80 ** 2 ? undefined : normalised(line.slice(from, from + length));
}

/** Averages of the source pixels under each target pixel; linear between them when it grows. */
export function resized({ name, widthPx, heightPx, data }: Grey, width: number): Grey {
  const height = Math.max(1, Math.round((heightPx * width) / widthPx));
  const scale = widthPx / width;
  const out = new Uint8Array(width * height);
  const reach = Math.max(1, Math.round(scale));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let j = 0; j < reach; j++)
        for (let i = 0; i < reach; i++) {
          const sx = (x + (i + 0.5) / reach) * scale - 0.5;
          const sy = (y + (j + 0.5) / reach) * (heightPx / height) - 0.5;
          sum += between(data, widthPx, heightPx, sx, sy);
        }
      out[y * width + x] = Math.round(sum / reach ** 2);
    }
  return { name, widthPx: width, heightPx: height, data: out };
}

function between(data: Uint8Array, width: number, height: number, x: number, y: number): number {
  const cx = Math.max(0, Math.min(width - 1, x));
  const cy = Math.max(0, Math.min(height - 1, y));
  const [x0, y0] = [Math.floor(cx), Math.floor(cy)];
  const [x1, y1] = [Math.min(width - 1, x0 + 1), Math.min(height - 1, y0 + 1)];
  const [fx, fy] = [cx - x0, cy - y0];
  const top = data[y0 * width + x0]! * (1 - fx) + data[y0 * width + x1]! * fx;
  const bottom = data[y1 * width + x0]! * (1 - fx) + data[y1 * width + x1]! * fx;
  return top * (1 - fy) + bottom * fy;
}
