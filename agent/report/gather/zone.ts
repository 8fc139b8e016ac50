import type { WithheldReason } from '../../domain/aggregate.ts';
import { EXPRESSIONS, type Expression, LABELS } from '../../domain/signal.ts';
import type { Signal } from '../../publish/messages.ts';
import { noiseVariance, sensitivityFrom } from '../statistics/noise.ts';
import type { Sums } from '../statistics/share.ts';
import type { Calendar, Day } from './calendar.ts';

/** What shares are told of: each expression, and all of them together. */
export const QUANTITIES = [...EXPRESSIONS, 'any'] as const;
export type Quantity = Expression | 'any';
export const binsOf = (quantity: Quantity): number => (quantity === 'any' ? EXPRESSIONS.length : 1);

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** One zone on one day. */
export interface ZoneDay {
  released: number;
  readonly withheld: Record<WithheldReason, number>;
  /** Windows that cost a part of the budget: released, or withheld by their total. */
  paid: number;
  readonly sums: Readonly<Record<Quantity, Writable<Sums>>>;
  /** How messages were made: counts of different makings cannot be compared. */
  readonly makings: Set<number>;
}

/** What a count depends on besides people: another value of any of it and shares mean something else. */
export interface Making {
  readonly model: string;
  readonly version: string;
  readonly evidence: Signal['model']['evidence'];
  readonly slotSeconds: number;
  readonly windowMs: number;
}

const WITHHELD: readonly WithheldReason[] = ['headcount', 'capture', 'budget', 'total', 'ledger'];

const emptySums = (): Writable<Sums> => ({ windows: 0, a: 0, t: 0, aa: 0, at: 0, tt: 0, noise: 0 });
const emptyDay = (): ZoneDay => ({
  released: 0,
  withheld: Object.fromEntries(WITHHELD.map((reason) => [reason, 0])) as Record<WithheldReason, number>,
  paid: 0,
  sums: { negative: emptySums(), positive: emptySums(), surprise: emptySums(), any: emptySums() },
  makings: new Set(),
});

/** FNV-1a, to tell whether a message that comes again is the same. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Everything that is kept of the signals of one zone: sums by day, and which windows have been seen. */
export class ZoneRecord {
  readonly days = new Map<Day, ZoneDay>();
  readonly makings: Making[] = [];
  readonly headCounts = new Set<number>();
  /** Privacy loss of a message, 0 without noise; each that occurred. */
  readonly epsilons = new Set<number>();
  /** The bound of a contribution could not be told from a message's epsilon and interval. */
  oddNoise = 0;
  /** The bound is not told by them exactly: the most that fits was taken. */
  looseNoise = 0;
  repeated = 0;
  /** Came again with other content: the first one counts. */
  conflicting = 0;
  /** Length of the last window that was seen. */
  windowMs = Number.NaN;
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;
  readonly #seen = new Map<number, number>();
  readonly #variances = new Map<string, { variance: number; loose: boolean } | undefined>();

  /** False when the same window was there before. */
  add(signal: Signal, calendar: Calendar): boolean {
    const startMs = Date.parse(signal.window.start);
    const endMs = Date.parse(signal.window.end);
    const hash = hashOf(JSON.stringify(signal));
    const before = this.#seen.get(startMs);
    if (before !== undefined) {
      if (before === hash) this.repeated++;
      else this.conflicting++;
      return false;
    }
    this.#seen.set(startMs, hash);
    this.windowMs = endMs - startMs;
    this.firstMs = Math.min(this.firstMs, startMs);
    this.lastMs = Math.max(this.lastMs, endMs);
    this.headCounts.add(signal.headCount);
    const name = calendar.dayOf(startMs);
    let day = this.days.get(name);
    if (day === undefined) {
      day = emptyDay();
      this.days.set(name, day);
    }
    if (signal.state === 'withheld') {
      day.withheld[signal.reason]++;
      if (signal.reason === 'total') day.paid++;
      return true;
    }
    day.released++;
    day.paid++;
    day.makings.add(this.#making(signal, endMs - startMs));
    const { noise, regions } = signal;
    if (noise.mechanism !== 'none')
      this.epsilons.add(
        noise.epsilon + (regions?.noise.mechanism === 'discrete-laplace' ? regions.noise.epsilon : 0),
      );
    const variance = this.#variance(noise);
    const t = LABELS.reduce((sum, label) => sum + signal.slots[label], 0);
    for (const quantity of QUANTITIES) {
      const a =
        quantity === 'any'
          ? EXPRESSIONS.reduce((sum, label) => sum + signal.slots[label], 0)
          : signal.slots[quantity];
      const sums = day.sums[quantity];
      sums.windows++;
      sums.a += a;
      sums.t += t;
      sums.aa += a * a;
      sums.at += a * t;
      sums.tt += t * t;
      sums.noise += variance;
    }
    return true;
  }

  #making({ model, slotSeconds }: Signal, windowMs: number): number {
    const { hash, version, evidence } = model;
    const found = this.makings.findIndex(
      (each) => each.model === hash && each.slotSeconds === slotSeconds && each.windowMs === windowMs,
    );
    return found >= 0
      ? found
      : this.makings.push({ model: hash, version, evidence, slotSeconds, windowMs }) - 1;
  }

  #variance(noise: Extract<Signal, { state: 'released' }>['noise']): number {
    if (noise.mechanism === 'none') return 0;
    const key = `${noise.epsilon} ${noise.interval95}`;
    if (!this.#variances.has(key)) {
      const c = sensitivityFrom(noise.epsilon, noise.interval95);
      this.#variances.set(
        key,
        c && { variance: noiseVariance(noise.epsilon, c.most), loose: c.least < c.most },
      );
    }
    const known = this.#variances.get(key);
    if (known?.loose) this.looseNoise++;
    if (known !== undefined) return known.variance;
    this.oddNoise++;
    // A Laplace law with that half-width.
    return 2 * (noise.interval95 / Math.log(20)) ** 2;
  }
}
