import { type PlanarImage, planesOf } from '../domain/frame.ts';

/** What is wrong with all that a camera sees: too little light, nothing but one shade, or always the same picture. */
export type ViewFault = 'dark' | 'covered' | 'frozen';
const FAULTS: readonly ViewFault[] = ['frozen', 'dark', 'covered'];

export interface ViewOptions {
  /** The view is judged by spans of media time, and a span has a fault when nearly all of its pictures have it. */
  readonly spanMs: number;
  /** Spans in a row with a fault before it is told, and without it before it is told no more. */
  readonly spansToTell: number;
  readonly spansToForget: number;
}

/**
 * Slow on purpose: whoever stands before the lens for a moment changes nothing, and where the light follows people, it
 * is not told when they come and go.
 */
export const VIEW_DEFAULTS: ViewOptions = { spanMs: 60_000, spansToTell: 3, spansToForget: 15 };

/** Share of a span's pictures. */
const NEARLY_ALL = 0.95;
const FEWEST_PICTURES = 10;
/** Pixels apart, so that every row and column of blocks is met. */
const STEP = 37;
/** Y' of limited range (16 black, 235 white): the brightest twentieth of a dark picture is below the one, and the brightest and darkest of a covered lens are no further apart than the other. */
const DARK = 34;
const FLAT = 12;

/** Watches over what a camera sees as a whole. Keeps counts and a checksum, no picture. */
export class View {
  readonly #options: ViewOptions;
  #checksum: number | undefined;
  #span: number | undefined;
  #pictures = 0;
  #counts: Record<ViewFault, number> = { dark: 0, covered: 0, frozen: 0 };
  #inARow: { readonly fault: ViewFault | undefined; readonly spans: number } = { fault: undefined, spans: 0 };
  #told: ViewFault | undefined;

  constructor(options: ViewOptions = VIEW_DEFAULTS) {
    this.#options = options;
  }

  /** Undefined: none, or not for long enough. */
  get fault(): ViewFault | undefined {
    return this.#told;
  }

  /** Returns whether the picture differs from the one before: what is sent twice shows nothing new. */
  look(image: PlanarImage, ptsMs: number): boolean {
    const span = Math.floor(ptsMs / this.#options.spanMs);
    if (this.#span !== undefined && span !== this.#span) this.#close();
    this.#span = span;
    const { checksum, brightest, darkest } = summaryOf(image);
    const isNew = checksum !== this.#checksum;
    this.#checksum = checksum;
    this.#pictures++;
    if (!isNew) this.#counts.frozen++;
    if (brightest < DARK) this.#counts.dark++;
    else if (brightest - darkest <= FLAT) this.#counts.covered++;
    return isNew;
  }

  #close(): void {
    const enough = Math.max(FEWEST_PICTURES, NEARLY_ALL * this.#pictures);
    const fault = FAULTS.find((each) => this.#counts[each] >= enough);
    // A few pictures say nothing for either.
    if (this.#pictures >= FEWEST_PICTURES) {
      const spans = fault === this.#inARow.fault ? this.#inARow.spans + 1 : 1;
      this.#inARow = { fault, spans };
      const needed = fault === undefined ? this.#options.spansToForget : this.#options.spansToTell;
      if (spans >= needed) this.#told = fault;
    }
    this.#pictures = 0;
    this.#counts = { dark: 0, covered: 0, frozen: 0 };
  }
}

/** A checksum (FNV-1a) of every so manieth pixel, and the 5th and 95th of a hundred of them. */
function summaryOf(image: PlanarImage) {
  const [luma] = planesOf(image);
  const histogram = new Uint32Array(256);
  let checksum = 0x811c9dc5;
  let count = 0;
  for (let i = 0; i < luma.length; i += STEP) {
    const value = luma[i]!;
    histogram[value]!++;
    count++;
    checksum = Math.imul(checksum ^ value, 0x01000193);
  }
  const levelOf = (share: number) => {
    let below = 0;
    return histogram.findIndex((more) => {
      below += more;
      return below >= share * count;
    });
  };
  return { checksum, darkest: levelOf(0.05), brightest: levelOf(0.95) };
}
