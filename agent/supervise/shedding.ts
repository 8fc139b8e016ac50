import type { SheddingReason } from '../domain/load.ts';

/** What a camera asks for and gets, over the last seconds. */
export interface Demand {
  /** Pictures that it sends a second. */
  readonly sentFps: number;
  /** Pictures that may be looked at a second: all that come, or what was granted. */
  readonly shareFps: number;
  /** Pictures that were looked at a second. */
  readonly lookedFps: number;
  /** Share of the time in which its process was at work, 0 to 1. */
  readonly busy: number;
  /** How far its pictures have fallen behind. */
  readonly lagMs: number;
}

/** By which the cap falls: to a little more than what those who fell behind could do, within these factors. */
const DECREASE = { least: 0.6, most: 0.85 };
const MARGIN = 1.1;
const INCREASE_FPS = 1;
/** A change must show before the next: rates are of the last seconds. */
const SETTLE_S = 5;
/** So long must all be well before a little more is tried; twice as long each time before what has failed is tried again. */
const CALM_S = { least: 10, most: 640 };
/** A decrease so soon after an increase is its failure. */
const TRIAL_S = 30;
/** Below this share of what it should be, a rate is too low. */
const SHORT = 0.9;
/** At this, there is no time left. */
const FULL = 0.97;
/** A try must leave some time by what is known: it is not made when it would be busier than this. */
const ROOM = 0.85;
/** Behind by so much, pictures wait for us. */
const BEHIND_MS = 700;
/** Of what a fast box is behind anyway. */
const CALM_LAG_MS = 300;

/**
 * How many looks a second each camera may have, so that the box keeps up with all: one cap for all cameras. Who sends
 * less than the cap gets all, nobody gets less while another gets more (max-min fairness, Bertsekas and Gallager, Data
 * Networks, 6.5.2).
 *
 * The cap falls by a factor when cameras fall behind for want of something that they share, and rises by a step when all
 * have room (additive increase, multiplicative decrease: Chiu and Jain 1989), with patience that grows with failures, so
 * that it does not swing. A camera that falls behind alone, on a box that has time to spare, has more to do than one
 * thread can: to take from others would not help it, and it leaves out what it must by itself.
 */
export class Shedding {
  readonly #floorFps: number;
  #capFps: number | undefined;
  /** Seconds since the cap changed, since all is well, and since the last increase. */
  #settledS = 0;
  #calmS = 0;
  #trialS = Number.POSITIVE_INFINITY;
  #patienceS = CALM_S.least;
  /** A cap that was tried, and was too much. */
  #failedFps = Number.POSITIVE_INFINITY;

  /** @param floorFps no cap is lower: with fewer looks nothing is counted, and all of them would be for nothing */
  constructor(floorFps: number) {
    this.#floorFps = floorFps;
  }

  /** Undefined: everybody gets all. */
  get capFps(): number | undefined {
    return this.#capFps;
  }

  /**
   * To be called once a second.
   *
   * @param demands of the cameras that stream now
   * @param isFull the processors of the box have no time left, whoever takes it: decoders, other programs
   */
  look(demands: readonly Demand[], isFull: boolean): void {
    this.#settledS++;
    this.#trialS++;
    if (demands.length === 0) {
      // Nobody watches, and what was learned of the load goes with it.
      this.#capFps = undefined;
      this.#calmS = 0;
      return;
    }
    if (this.#settledS <= SETTLE_S) return;
    const behind = demands.filter(fallsBehind);
    if (behind.length > 0 && (isFull || 2 * behind.length >= demands.length)) this.#fall(demands, behind);
    else if (!isFull && behind.length === 0 && demands.every((demand) => this.#hasRoom(demand)))
      this.#mayRise(demands);
    else this.#calmS = 0;
  }

  #hasRoom({ sentFps, busy, lagMs }: Demand): boolean {
    const cap = this.#capFps ?? sentFps;
    const more = sentFps > cap ? (cap + INCREASE_FPS) / cap : 1;
    return lagMs < CALM_LAG_MS && busy * more < ROOM;
  }

  #fall(demands: readonly Demand[], behind: readonly Demand[]): void {
    const before = this.#capFps;
    const most = Math.min(
      before ?? Number.POSITIVE_INFINITY,
      Math.max(...demands.map(({ sentFps }) => sentFps)),
    );
    const could = Math.max(...behind.map(({ lookedFps }) => lookedFps)) * MARGIN;
    const { least, most: highest } = DECREASE;
    this.#capFps = Math.max(this.#floorFps, Math.min(Math.max(could, least * most), highest * most));
    this.#calmS = 0;
    if (before !== undefined && this.#capFps >= before) return;
    if (this.#trialS <= TRIAL_S) {
      this.#failedFps = before ?? most;
      this.#patienceS = Math.min(2 * this.#patienceS, CALM_S.most);
    }
    this.#trialS = Number.POSITIVE_INFINITY;
    this.#settledS = 0;
  }

  #mayRise(demands: readonly Demand[]): void {
    if (this.#capFps === undefined) return;
    if (this.#capFps >= this.#failedFps && this.#trialS > TRIAL_S) {
      // What was too much once is not any more.
      this.#failedFps = Number.POSITIVE_INFINITY;
      this.#patienceS = CALM_S.least;
    }
    const next = this.#capFps + INCREASE_FPS;
    if (++this.#calmS < (next < this.#failedFps ? CALM_S.least : this.#patienceS)) return;
    const most = Math.max(...demands.map(({ sentFps }) => sentFps));
    this.#capFps = next > most ? undefined : next;
    this.#calmS = this.#settledS = this.#trialS = 0;
  }
}

const fallsBehind = ({ shareFps, lookedFps, busy, lagMs }: Demand): boolean =>
  lagMs > BEHIND_MS || (busy > FULL && lookedFps < SHORT * shareFps);

/** What is granted in the end, and why it is no more. */
export function lowest(
  caps: Readonly<Record<SheddingReason, number | undefined>>,
): { readonly capFps: number; readonly reason: SheddingReason } | undefined {
  const { overload, thermal } = caps;
  if (thermal !== undefined && thermal <= (overload ?? Number.POSITIVE_INFINITY))
    return { capFps: thermal, reason: 'thermal' };
  return overload === undefined ? undefined : { capFps: overload, reason: 'overload' };
}
