import { differences, type Patch, type Template } from './bank.ts';

/** Bytes per pixel, and which of them: planes; YUYV and UYVY; RGB, whose channels are alike; RGBA and ARGB. */
const LAYOUTS = [
  [1, 0],
  [2, 0],
  [2, 1],
  [3, 1],
  [4, 0],
  [4, 1],
] as const;
/** Rows that were only scaled, changed in brightness and compressed again come to 0.9 and more. */
const LEAST = 0.75;
/** Half a square beside its place a row still comes to this. */
const PROMISING = 0.4;
/** Less varied than this is flat: nothing to compare. */
const FLAT = 60;
/** Of a whole picture; any other one comes to 0.2. */
const LEAST_OF_PATCH = 0.5;
/** Of a long stretch its beginning is searched; whoever leaks a picture does not begin with its last row. */
const MOST_BYTES = 12_288;
const MOST_BYTES_OF_PATCH = 65_536;

interface Hit {
  readonly template: Template;
  readonly at: number;
  readonly share: number;
}

/**
 * Lays every template over every place of the bytes (normalised cross-correlation, so that gain and offset do not
 * matter). Two rows of the picture, as far apart as they should be, are the picture: says which, or nothing.
 */
export function correlates(bytes: Uint8Array, templates: readonly Template[]): string | undefined {
  for (const [stride, phase] of LAYOUTS) {
    const samples = every(bytes.subarray(0, MOST_BYTES), stride, phase);
    const lines = new Map<number, Line>();
    let hits: Hit[] = [];
    for (const template of templates) {
      const line = lines.get(template.lagPx) ?? new Line(differences(samples, template.lagPx));
      lines.set(template.lagPx, line);
      const { picture, widthPx } = hits[0]?.template ?? template;
      if (picture !== template.picture || widthPx !== template.widthPx) hits = [];
      const hit = line.best(template);
      if (hit === undefined) continue;
      const other = hits.find((each) => fits(each, hit));
      if (other !== undefined) return told(other, hit);
      hits.push(hit);
    }
  }
  return undefined;
}

/** Lays whole pictures over the bytes. */
export function showsPatch(bytes: Uint8Array, patches: readonly Patch[]): string | undefined {
  for (const [stride, phase] of LAYOUTS) {
    const samples = every(bytes.subarray(0, MOST_BYTES_OF_PATCH), stride, phase);
    for (const { picture, lagPx, places, values } of patches) {
      const line = differences(samples, lagPx);
      const least = places.at(-1)! + 1;
      for (let at = 0; at + least <= line.length; at += 2) {
        let [sum, total, squares] = [0, 0, 0];
        for (let i = 0; i < places.length; i++) {
          const value = line[at + places[i]!]!;
          sum += values[i]! * value;
          total += value;
          squares += value ** 2;
        }
        const energy = Math.sqrt(Math.max(0, squares - total ** 2 / places.length));
        if (sum > LEAST_OF_PATCH * Math.max(energy, FLAT))
          return `the ${picture} (${((sum / energy) * 100).toFixed(0)} %) at ${at * stride + phase}`;
      }
    }
  }
  return undefined;
}

/** Samples, and how varied they are from any place on. */
class Line {
  readonly #samples: Float32Array;
  readonly #energies = new Map<number, Float64Array>();

  constructor(samples: Float32Array) {
    this.#samples = samples;
  }

  /** Where a template fits best, if it fits anywhere. */
  best(template: Template): Hit | undefined {
    const { values, lagPx } = template;
    if (this.#samples.length < values.length) return undefined;
    const energy = this.#energies.get(values.length) ?? energies(this.#samples, values.length);
    this.#energies.set(values.length, energy);
    const step = Math.ceil(lagPx / 2);
    let [at, share] = [0, LEAST];
    for (let coarse = 0; coarse < energy.length; coarse += step) {
      if (this.#share(values, energy, coarse) < PROMISING) continue;
      for (let i = Math.max(0, coarse - step); i < Math.min(energy.length, coarse + step); i++) {
        const fine = this.#share(values, energy, i);
        if (fine > share) [at, share] = [i, fine];
      }
    }
    return share > LEAST ? { template, at, share } : undefined;
  }

  /** The template has no mean, so that of the samples need not be taken off. */
  #share(values: Float32Array, energy: Float64Array, at: number): number {
    if (energy[at]! < FLAT) return 0;
    let sum = 0;
    for (let j = 0; j < values.length; j++) sum += values[j]! * this.#samples[at + j]!;
    return sum / energy[at]!;
  }
}

/** Are the two as many rows apart as they should be? The pieces begin anywhere in a row, and the scale is rough. */
function fits(a: Hit, b: Hit): boolean {
  const rows = b.template.row - a.template.row;
  const wanted = rows * a.template.widthPx;
  return rows > 0 && Math.abs(b.at - a.at - wanted) < a.template.widthPx + 0.12 * wanted;
}

const told = (a: Hit, b: Hit): string =>
  `rows ${a.template.row} and ${b.template.row} of the ${a.template.picture} at ${a.template.widthPx} px (${[a, b].map(({ share }) => `${(share * 100).toFixed(0)} %`).join(', ')})`;

function every(bytes: Uint8Array, stride: number, phase: number): Float32Array {
  const out = new Float32Array(Math.ceil(Math.max(0, bytes.length - phase) / stride));
  for (let i = 0; i < out.length; i++) out[i] = bytes[i * stride + phase]!;
  return out;
}

/** Root of the summed squares about the mean, of each stretch. */
function energies(samples: Float32Array, length: number): Float64Array {
  const energy = new Float64Array(samples.length - length + 1);
  let [sum, squares] = [0, 0];
  for (let i = 0; i < samples.length; i++) {
    sum += samples[i]!;
    squares += samples[i]! ** 2;
    if (i >= length) {
      sum -= samples[i - length]!;
      squares -= samples[i - length]! ** 2;
    }
    if (i >= length - 1) energy[i - length + 1] = Math.sqrt(Math.max(0, squares - sum ** 2 / length));
  }
  return energy;
}
