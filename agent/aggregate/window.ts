import {
  LABELS,
  type Label,
  REGIONS,
  type Region,
  type SlotObservation,
  type Window,
  windowAt,
} from '../domain/signal.ts';

export type Counts = Record<Label, number>;
export type RegionCounts = Record<Region, number>;

/** The slots of one zone in one window: each is in one bin of `counts`, and in one of `regions` at most. */
export interface Slots {
  readonly counts: Counts;
  readonly regions: RegionCounts;
}

export interface ClosedWindow extends Slots {
  readonly zoneId: string;
  readonly window: Window;
}

const empty = <K extends string>(bins: readonly K[]) =>
  Object.fromEntries(bins.map((bin) => [bin, 0])) as Record<K, number>;
const noSlots = (): Slots => ({ counts: empty(LABELS), regions: empty(REGIONS) });

/**
 * Slots per zone in tumbling wall-clock windows. Every zone gets a result for every window, also when nobody was there:
 * a missing message would tell that a zone was empty.
 */
export class WindowCounts {
  #zones: readonly string[];
  readonly #lengthMs: number;
  readonly #graceMs: number;
  readonly #open = new Map<number, Map<string, Slots>>();
  #nextMs: number;

  /** @param graceMs how long after its end a window still takes slots that were on their way */
  constructor(zones: readonly string[], lengthMs: number, graceMs: number, nowMs: number) {
    this.#zones = zones;
    this.#lengthMs = lengthMs;
    this.#graceMs = graceMs;
    this.#nextMs = windowAt(nowMs, lengthMs).startMs;
  }

  /** The zones of the windows that close from now on. */
  count(zones: readonly string[]): void {
    this.#zones = zones;
  }

  /** False when its window is closed already or its zone unknown: then it counts nowhere. */
  add(slot: SlotObservation): boolean {
    const { zoneId, earnedAtMs, label } = slot;
    const { startMs } = windowAt(earnedAtMs, this.#lengthMs);
    if (
      startMs < this.#nextMs ||
      startMs > this.#nextMs + 2 * this.#lengthMs ||
      !this.#zones.includes(zoneId)
    )
      return false;
    let zones = this.#open.get(startMs);
    if (zones === undefined) {
      zones = new Map();
      this.#open.set(startMs, zones);
    }
    let slots = zones.get(zoneId);
    if (slots === undefined) {
      slots = noSlots();
      zones.set(zoneId, slots);
    }
    slots.counts[label]++;
    if (slot.label !== 'none' && slot.region !== undefined) slots.regions[slot.region]++;
    return true;
  }

  /** The windows that are over. After a clock that jumped forward only the last one is reported. */
  close(nowMs: number): ClosedWindow[] {
    const over = windowAt(nowMs - this.#graceMs, this.#lengthMs).startMs;
    // A clock set back: windows that were closed stay closed, and the next one is the one that runs now.
    if (over <= this.#nextMs - 2 * this.#lengthMs) {
      this.#open.clear();
      this.#nextMs = over;
    }
    if (over <= this.#nextMs) return [];
    if (over - this.#nextMs > 10 * this.#lengthMs) this.#nextMs = over - this.#lengthMs;
    const closed: ClosedWindow[] = [];
    for (; this.#nextMs < over; this.#nextMs += this.#lengthMs) {
      const zones = this.#open.get(this.#nextMs);
      this.#open.delete(this.#nextMs);
      const window = { startMs: this.#nextMs, endMs: this.#nextMs + this.#lengthMs };
      for (const zoneId of this.#zones) closed.push({ zoneId, window, ...(zones?.get(zoneId) ?? noSlots()) });
    }
    return closed;
  }

  /** No more slots will come. The windows that are over, without waiting for any, and the one that runs, cut. */
  end(nowMs: number): { readonly over: ClosedWindow[]; readonly cut: ClosedWindow[] } {
    const over = this.close(nowMs + this.#graceMs);
    const { startMs, endMs } = windowAt(nowMs, this.#lengthMs);
    // After a clock that was set back the window of this moment is closed already, or not the one that runs.
    if (startMs !== this.#nextMs) return { over, cut: [] };
    const window = { startMs, endMs, cutMs: Math.ceil(nowMs / 1_000) * 1_000 };
    const zones = this.#open.get(startMs);
    this.#open.clear();
    this.#nextMs = endMs;
    return {
      over,
      cut: this.#zones.map((zoneId) => ({ zoneId, window, ...(zones?.get(zoneId) ?? noSlots()) })),
    };
  }
}
