/** A message as the model knows it: what the release step drew, and when, in time that really passed. */
interface Draw {
  readonly zone: string;
  readonly startMs: number;
  readonly epsilon: number;
  readonly epsilonPerDay: number;
  readonly trueMs: number;
}

/** Draws of the same moment have an order too. */
type Numbered = Draw & { readonly number: number };

/** A promise of the ledger that did not hold. */
export class Broken extends Error {}

const DAY_MS = 86_400_000;
/** As in the release step: it takes the rounding of a day's sum. */
const TOLERANCE = 2e-9;

/**
 * What must hold whatever happens to clocks, disk and processes. It knows the time that really passes, which the code
 * under test does not.
 */
export class LedgerModel {
  readonly #draws = new Map<string, Numbered>();
  readonly #published = new Set<string>();
  readonly #windows = new Map<string, { payload: string; trueMs: number }>();

  /** The release step has drawn; nobody was told yet, and nobody may ever be. */
  drew(payload: string, draw: Draw): void {
    if (this.#draws.has(payload)) throw new Error(`drawn twice: ${payload}`);
    this.#draws.set(payload, { ...draw, number: this.#draws.size });
  }

  /** The broker was given these bytes, for the first time or again. */
  published(payload: string): void {
    const draw = this.#draws.get(payload);
    if (draw === undefined) throw new Broken(`published, and never drawn: ${payload}`);
    const key = `${draw.zone} ${draw.startMs}`;
    const before = this.#windows.get(key);
    // After a day a window may come again with a clock that was set back: other people, other budget.
    if (before !== undefined && before.payload !== payload && draw.trueMs - before.trueMs < DAY_MS)
      throw new Broken(`window ${key} was published with other bytes: ${before.payload}, then ${payload}`);
    this.#windows.set(key, { payload, trueMs: draw.trueMs });
    this.#published.add(payload);
    const spent = this.spent(draw.zone, draw.trueMs, (other) => other.number <= draw.number);
    if (spent > draw.epsilonPerDay + TOLERANCE)
      throw new Broken(`${draw.zone} has spent ${spent} of ${draw.epsilonPerDay} in a day`);
  }

  /** Privacy loss that others have really seen, of draws in the 24 hours up to a moment. */
  spent(zone: string, trueMs: number, fits: (draw: Numbered) => boolean = () => true): number {
    return this.#sum(zone, trueMs, (payload, draw) => this.#published.has(payload) && fits(draw));
  }

  /** The same, with draws that nobody was told of. */
  drawn(zone: string, trueMs: number): number {
    return this.#sum(zone, trueMs, () => true);
  }

  /** @param onLedger what the ledger takes for spent */
  agrees(zone: string, trueMs: number, onLedger: number, exact: boolean): void {
    const least = this.spent(zone, trueMs);
    if (onLedger < least - TOLERANCE)
      throw new Broken(`the ledger says ${onLedger} for ${zone}, and others have seen ${least}`);
    const most = this.drawn(zone, trueMs);
    if (exact && onLedger > most + TOLERANCE)
      throw new Broken(`the ledger says ${onLedger} for ${zone}, and no more than ${most} was drawn`);
  }

  get publishedCount(): number {
    return this.#published.size;
  }

  #sum(zone: string, trueMs: number, fits: (payload: string, draw: Numbered) => boolean): number {
    let sum = 0;
    for (const [payload, draw] of this.#draws)
      if (draw.zone === zone && draw.trueMs > trueMs - DAY_MS && fits(payload, draw)) sum += draw.epsilon;
    return sum;
  }
}
