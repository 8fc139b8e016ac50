import type { SheddingReason } from '../domain/load.ts';
import { Cooling } from '../thermal/cooling.ts';
import type { Heat } from '../thermal/sensors.ts';
import { type Demand, lowest, Shedding } from './shedding.ts';

/** Where it is too hot, less is looked at than can count: that is better than a box that switches itself off. */
const THERMAL_FLOOR_FPS = 5;
/** Beyond it they have no time for more, whatever a camera process finds. */
const PROCESSORS_FULL = 0.97;

/** Sensors are read so often: heat is slow, and each is a file. */
const HEAT_MS = 10_000;

/** One camera that can be told how often to look. */
export interface Paced {
  /** Undefined while it does not stream. */
  readonly demand: Demand | undefined;
  grant(fps: number | undefined, reason: SheddingReason | undefined): void;
}

export interface RatesOptions {
  /** Those that there are now. */
  cameras(): readonly { readonly process: Paced }[];
  /** With fewer looks a second nothing counts (`quality.minFps`). */
  readonly floorFps: number;
  readonly upMs: () => number;
  /** Share of the time in which the processors of the box are at work. */
  readonly busy: () => number;
  readonly heat: () => Promise<Heat>;
}

/** Shares out what the box can do: one cap on looks a second for all cameras, by load and by heat, whichever is lower. */
export class Rates {
  readonly #options: RatesOptions;
  readonly #shedding: Shedding;
  readonly #cooling: Cooling;
  #cap: ReturnType<typeof lowest>;
  #heatDueMs = Number.NEGATIVE_INFINITY;

  constructor(options: RatesOptions) {
    this.#options = options;
    this.#shedding = new Shedding(options.floorFps);
    this.#cooling = new Cooling(Math.min(THERMAL_FLOOR_FPS, options.floorFps));
  }

  /** What each camera may have; undefined: all. */
  get capFps(): number | undefined {
    return this.#cap?.capFps;
  }

  /** To be called once a second. */
  async look(): Promise<void> {
    const { busy, heat, upMs } = this.#options;
    const cameras = this.#options.cameras();
    const demands = cameras.flatMap(({ process }) => process.demand ?? []);
    this.#shedding.look(demands, busy() > PROCESSORS_FULL);
    if (upMs() >= this.#heatDueMs) {
      this.#heatDueMs = upMs() + HEAT_MS;
      const mostFps = Math.max(0, ...demands.map(({ sentFps }) => sentFps));
      this.#cooling.look(await heat(), mostFps, upMs());
    }
    this.#cap = lowest({ overload: this.#shedding.capFps, thermal: this.#cooling.capFps });
    for (const { process } of cameras) process.grant(this.#cap?.capFps, this.#cap?.reason);
  }
}
