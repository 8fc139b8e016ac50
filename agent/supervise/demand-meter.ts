import type { Load } from '../domain/load.ts';
import type { Demand } from './shedding.ts';

/** Heartbeats over which rates are taken. */
const SPAN = 4;

/** What one camera asks for and gets, from its heartbeats. */
export class DemandMeter {
  #beats: {
    readonly load: Load;
    readonly sentFps: number;
    readonly shareFps: number;
    readonly upMs: number;
  }[] = [];

  /** @param grantedFps undefined: all @param upMs monotonic clock */
  note(load: Load, sentFps: number, grantedFps: number | undefined, upMs: number): void {
    const shareFps = Math.min(sentFps, grantedFps ?? sentFps);
    this.#beats = [...this.#beats.slice(-SPAN), { load, sentFps, shareFps, upMs }];
  }

  /** It does not stream. */
  forget(): void {
    this.#beats = [];
  }

  /** Undefined until there are enough to say so. */
  get demand(): Demand | undefined {
    const [first, ...rest] = this.#beats;
    const last = rest.at(-1);
    if (first === undefined || last === undefined || rest.length < SPAN || last.sentFps === 0)
      return undefined;
    const passedS = (last.upMs - first.upMs) / 1_000;
    const mean = (of: (load: Load) => number) => rest.reduce((sum, { load }) => sum + of(load), 0) / SPAN;
    return {
      sentFps: last.sentFps,
      shareFps: last.shareFps,
      lookedFps: (SPAN * mean(({ looked }) => looked)) / passedS,
      busy: mean(({ busyPercent }) => busyPercent) / 100,
      // Not the worst: a picture that is late alone is nobody's fault.
      lagMs: Math.min(...rest.map(({ load }) => load.lagMs)),
    };
  }
}
