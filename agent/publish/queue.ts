import type { SealedSignal } from '../domain/aggregate.ts';
import type { Clock } from '../domain/clock.ts';
import type { Feed, Gap, GapReason } from '../domain/gap.ts';
import type { Window } from '../domain/signal.ts';

/** Where it is written down what became of messages, so that a later process goes on from there: the ledger. */
export interface Journal {
  /** Message `n` is with the broker. */
  delivered(n: number, feed: Feed): void;
  /** The gap is as it is now, because of message `n` where that has a number. */
  dropped(gap: Gap, n: number | undefined): void;
  /** The gap is with the broker. */
  told(id: string): void;
}

export interface QueueOptions {
  readonly feed: Feed;
  /** Signals that may wait; of more, the oldest make way. Counted and not weighed: no bound may depend on the data. */
  readonly mostSignals: number;
  /** Signals that are older make way too, milliseconds. */
  readonly keepMs: number;
  readonly clock: Clock;
  readonly journal: Journal;
  newId(): string;
  /** A gap has begun. */
  onGap(gap: Gap): void;
}

/** A signal to be sent. */
export interface Message {
  readonly signal: SealedSignal;
  readonly window: Window;
  /** Its number in the ledger, if it is there. */
  readonly n?: number | undefined;
}

/** What an earlier process has left. */
export type Kept =
  | { readonly gap: Gap }
  | (Message & {
      /** How long it has waited, by a clock that is never set. */
      readonly ageMs: number;
      readonly owed: readonly Feed[];
    });

interface Waiting extends Message {
  readonly sinceUpMs: number;
  readonly serial: number;
}

/** `isHeld`: the broker refuses messages at present, and would refuse this one. */
interface Standing {
  gap: Gap;
  isHeld: boolean;
}

type Item = Waiting | Standing;

export type Outcome = 'delivered' | 'refused' | 'failed';

/** What is to be sent next. It is safe from being dropped until `settle`, which is to be called once. */
export type Sending = {
  /** Seconds until whoever holds it may drop it: MQTT 5, 3.3.2.3.3. */
  readonly expiryS: number;
  settle(outcome: Outcome): void;
} & ({ readonly signal: SealedSignal; readonly serial: number } | { readonly gap: Gap });

/**
 * Signals that wait for the broker, oldest first, bounded in number and age. What has to make way leaves a gap where it
 * stood, one for each zone and reason, which grows until it is sent. Dropping gives no privacy budget back.
 */
export class Queue {
  readonly #options: QueueOptions;
  readonly #items: Item[] = [];
  #sending: Item | undefined;
  /** There are gaps that are held back. */
  #isRefusing = false;
  #waiting = 0;
  #discarded = 0;
  #serial = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Signals, without gaps. */
  get waiting(): number {
    return this.#waiting;
  }

  get discarded(): number {
    return this.#discarded;
  }

  /** Of the newest signal. */
  get serial(): number {
    return this.#serial;
  }

  waitsFor(zoneId: string): boolean {
    return this.#items.some((item) => (isGap(item) ? item.gap.zone : item.signal.zoneId) === zoneId);
  }

  add(message: Message): void {
    this.#push(message, 0);
    this.#bound();
  }

  /** Goes on from what an earlier process has left, oldest first; nothing may have been added yet. */
  resume(kept: readonly Kept[]): void {
    const { feed } = this.#options;
    for (const each of kept)
      if (!('gap' in each)) {
        if (each.owed.includes(feed)) this.#push(each, each.ageMs);
      } else if (each.gap.feed === feed) this.#items.push({ gap: each.gap, isHeld: false });
    this.#bound();
  }

  #push({ signal, window, n }: Message, ageMs: number): void {
    this.#items.push({
      ...{ signal, window, n },
      sinceUpMs: this.#options.clock.upMs() - ageMs,
      serial: ++this.#serial,
    });
    this.#waiting++;
  }

  #bound(): void {
    this.expire();
    while (this.#waiting > this.#options.mostSignals) {
      const oldest = this.#items.find((item) => !isGap(item) && item !== this.#sending);
      if (oldest === undefined) return;
      this.#drop(oldest as Waiting, 'size');
    }
  }

  /** Drops what is too old. To be called now and then. */
  expire(): void {
    for (const item of [...this.#items])
      if (!isGap(item) && item !== this.#sending && this.#leftMs(item) <= 0) this.#drop(item, 'age');
  }

  /** Undefined when there is nothing to send, or something is being sent: one at a time, or the order would not hold. */
  take(): Sending | undefined {
    if (this.#sending !== undefined) return undefined;
    const item = this.#next();
    if (item === undefined) return undefined;
    this.#sending = item;
    const settle = (outcome: Outcome) => this.#settle(item, outcome);
    if (isGap(item)) return { gap: item.gap, expiryS: inSeconds(this.#options.keepMs), settle };
    return { signal: item.signal, serial: item.serial, expiryS: inSeconds(this.#leftMs(item)), settle };
  }

  #next(): Item | undefined {
    for (;;) {
      const item = this.#items.find((each) => !isGap(each) || !each.isHeld);
      if (item === undefined || isGap(item) || this.#leftMs(item) > 0) return item;
      this.#drop(item, 'age');
    }
  }

  /** A message is too old as soon as either clock says so: setting one back gives it no more time. */
  #leftMs({ sinceUpMs, window }: Waiting): number {
    const { clock, keepMs } = this.#options;
    return keepMs - Math.max(clock.upMs() - sinceUpMs, clock.wallMs() - window.endMs);
  }

  #settle(item: Item, outcome: Outcome): void {
    const { feed, journal } = this.#options;
    this.#sending = undefined;
    if (outcome === 'failed') return;
    if (outcome === 'refused') this.#isRefusing = true;
    if (isGap(item)) {
      item.isHeld = outcome === 'refused';
      if (item.isHeld) return;
      this.#items.splice(this.#items.indexOf(item), 1);
      if (item.gap.at !== undefined) journal.told(item.gap.id);
      return;
    }
    if (outcome === 'refused') {
      this.#drop(item, 'refused');
      return;
    }
    this.#items.splice(this.#items.indexOf(item), 1);
    this.#waiting--;
    if (item.n !== undefined) journal.delivered(item.n, feed);
    if (!this.#isRefusing) return;
    // What the broker takes again it may take of these too.
    this.#isRefusing = false;
    for (const each of this.#items) if (isGap(each)) each.isHeld = false;
  }

  #drop(item: Waiting, reason: GapReason): void {
    const { feed, journal, newId, onGap } = this.#options;
    const zone = item.signal.zoneId;
    const index = this.#items.indexOf(item);
    this.#items.splice(index, 1);
    this.#waiting--;
    this.#discarded++;
    let standing = this.#items.find(
      (each): each is Standing =>
        isGap(each) && each !== this.#sending && each.gap.zone === zone && each.gap.reason === reason,
    );
    const isNew = standing === undefined;
    if (standing === undefined) {
      const gap = { id: newId(), feed, zone, reason, count: 0, ...item.window };
      standing = { gap, isHeld: reason === 'refused' };
      this.#items.splice(index, 0, standing);
    }
    const { gap } = standing;
    standing.gap = {
      ...gap,
      count: gap.count + 1,
      startMs: Math.min(gap.startMs, item.window.startMs),
      endMs: Math.max(gap.endMs, item.window.endMs),
      at: gap.at ?? item.n,
    };
    if (standing.gap.at !== undefined) journal.dropped(standing.gap, item.n);
    if (isNew) onGap(standing.gap);
  }
}

const isGap = (item: Item): item is Standing => 'gap' in item;
/** Rounded up: 0 would mean that the broker need not keep it at all. */
const inSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
