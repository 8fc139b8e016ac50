import type { Load } from '../domain/load.ts';
import { Lag } from './lag.ts';

/** How long this thread was at work since it started, and how long it was not, milliseconds. */
export interface LoopTimes {
  readonly active: number;
  readonly idle: number;
}

/** What the work of one camera takes of its process, between two heartbeats. */
export class LoadMeter {
  readonly #loop: () => LoopTimes;
  readonly #lag = new Lag();
  #before: LoopTimes;
  #arrived = 0;
  #looked = 0;
  #lookingMs = 0;
  #worstLagMs = 0;

  /** @param loop `performance.eventLoopUtilization`: inference on the CPU blocks the loop, so its time is in it */
  constructor(loop: () => LoopTimes) {
    this.#loop = loop;
    this.#before = loop();
  }

  /** A picture has come, and nobody had time for the one before. */
  dropped(): void {
    this.#arrived++;
  }

  /** A picture has come and somebody has time for it. */
  taken(ptsMs: number, arrivedMs: number): void {
    this.#arrived++;
    this.#lag.note(ptsMs, arrivedMs);
    this.#worstLagMs = Math.max(this.#worstLagMs, this.#lag.lagMs);
  }

  /** It was looked at for so long, also while others had the processor or a GPU was at work. */
  looked(tookMs: number): void {
    this.#looked++;
    this.#lookingMs += tookMs;
  }

  /** A new connection. */
  forget(): void {
    this.#lag.forget();
    this.#worstLagMs = 0;
  }

  /** Since it was asked last. */
  since(): Load {
    const loop = this.#loop();
    const activeMs = loop.active - this.#before.active;
    const passedMs = activeMs + loop.idle - this.#before.idle;
    const busyMs = Math.max(activeMs, this.#lookingMs);
    const load = {
      arrived: this.#arrived,
      looked: this.#looked,
      busyPercent: passedMs > 0 ? Math.min(100, Math.round((100 * busyMs) / passedMs)) : 0,
      lagMs: Math.round(this.#worstLagMs),
    };
    this.#before = loop;
    this.#arrived = this.#looked = this.#lookingMs = this.#worstLagMs = 0;
    return load;
  }
}
