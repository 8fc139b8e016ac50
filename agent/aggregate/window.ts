import { LABELS, type Label, type SlotObservation, type Window, windowAt } from '../domain/signal.ts';

export type Counts = Record<Label, number>;

export interface ClosedWindow {
  readonly zoneId: string;
  readonly window: Window;
  readonly counts: Counts;
}

const noCounts = (): Counts => Object.fromEntries(LABELS.map((label) => [label, 0])) as Counts;

/**
 * Slots per zone in tumbling wall-clock windows. Every zone gets a result for every window, also when nobody was there:
 * a missing message would tell that a zone was empty.
 */
export class WindowCounts {
  readonly #zones: readonly string[];
  readonly #lengthMs: number;
  readonly #graceMs: number;
  readonly #open = new Map<number, Map<string, Counts>>();
  #nextMs: number;

  /** @param graceMs how long after its end a window still takes slots that were on their way */
  constructor(zones: readonly string[], lengthMs: number, graceMs: number, nowMs: number) {
    this.#zones = zones;
    this.#lengthMs = lengthMs;
    this.#graceMs = graceMs;
    this.#nextMs = windowAt(nowMs, lengthMs).startMs;
  }

  /** False when its window is closed already or its zone unknown: then it counts nowhere. */
  add({ zoneId, earnedAtMs, label }: SlotObservation): boolean {
    const { startMs } = windowAt(earnedAtMs, this.#lengthMs);
    if (
      startMs < this.#nextMs ||
      startMs > this.#nextMs + 2 * this.#lengthMs ||
      !this.#zones.includes(zoneId)
    )
      return false;
    let zones = this.#open.get(startMs);
    if (zones === undefined) {
      zones = new Map(this.#zones.map((zone) => [zone, noCounts()]));
      this.#open.set(startMs, zones);
    }
    zones.get(zoneId)![label]++;
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
      for (const zoneId of this.#zones)
        closed.push({ zoneId, window, counts: zones?.get(zoneId) ?? noCounts() });
    }
    return closed;
  }
}
