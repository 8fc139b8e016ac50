import type { GapMessage, Signal } from '../publish/messages.ts';

/** A week of windows of a quarter of an hour. */
const MOST_OF_A_ZONE = 672;
/** Over all zones: where there are many, each has fewer. */
const MOST_SIGNALS = 20_000;
const MOST_GAPS = 200;

const endOf = (message: Signal | GapMessage): number =>
  Date.parse('window' in message ? message.window.end : message.to);

/** The last signals of each zone, oldest first, and the last gaps; one that comes again takes the place of the one before. */
export class History {
  readonly #zones = new Map<string, Map<string, Signal>>();
  readonly #gaps = new Map<string, GapMessage>();

  /** False when nothing is new in it. */
  add(message: Signal | GapMessage): boolean {
    return 'window' in message ? this.#addSignal(message) : this.#addGap(message);
  }

  get signals(): Signal[] {
    return [...this.#zones.values()]
      .flatMap((zone) => [...zone.values()])
      .sort((a, b) => Date.parse(a.window.start) - Date.parse(b.window.start));
  }

  get gaps(): GapMessage[] {
    return [...this.#gaps.values()];
  }

  /** Forgets what ended outside of [fromMs, toMs), wall clock. */
  keepOnly(fromMs: number, toMs: number): void {
    const isOut = (message: Signal | GapMessage) => endOf(message) < fromMs || endOf(message) >= toMs;
    for (const zone of this.#zones.values())
      for (const [start, signal] of zone) if (isOut(signal)) zone.delete(start);
    for (const [id, gap] of this.#gaps) if (isOut(gap)) this.#gaps.delete(id);
  }

  #addSignal(signal: Signal): boolean {
    const zone = this.#zones.get(signal.zone) ?? this.#newZone(signal.zone);
    // The ledger never lets noise be drawn twice for a window, so it is the same.
    if (zone.has(signal.window.start)) return false;
    zone.set(signal.window.start, signal);
    this.#shorten(zone);
    return true;
  }

  #newZone(id: string): Map<string, Signal> {
    const zone = new Map<string, Signal>();
    this.#zones.set(id, zone);
    for (const each of this.#zones.values()) this.#shorten(each);
    return zone;
  }

  #shorten(zone: Map<string, Signal>): void {
    const most = Math.min(MOST_OF_A_ZONE, Math.floor(MOST_SIGNALS / this.#zones.size));
    while (zone.size > most) zone.delete(zone.keys().next().value!);
  }

  #addGap(gap: GapMessage): boolean {
    if (this.#gaps.get(gap.id)?.count === gap.count) return false;
    this.#gaps.set(gap.id, gap);
    if (this.#gaps.size > MOST_GAPS) this.#gaps.delete(this.#gaps.keys().next().value!);
    return true;
  }
}
