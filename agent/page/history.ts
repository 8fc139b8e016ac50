import type { Signal } from '../publish/messages.ts';

/** A week of windows of a quarter of an hour. */
const MOST_OF_A_ZONE = 672;

/** The last signals of each zone, oldest first; one that comes again is kept once. */
export class History {
  readonly #zones = new Map<string, Map<string, Signal>>();

  add(signal: Signal): void {
    const zone = this.#zones.get(signal.zone) ?? new Map<string, Signal>();
    this.#zones.set(signal.zone, zone);
    zone.set(signal.window.start, signal);
    if (zone.size > MOST_OF_A_ZONE) zone.delete(zone.keys().next().value!);
  }

  get signals(): Signal[] {
    return [...this.#zones.values()]
      .flatMap((zone) => [...zone.values()])
      .sort((a, b) => Date.parse(a.window.start) - Date.parse(b.window.start));
  }
}
