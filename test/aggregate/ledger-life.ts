import { Ledger } from '../../agent/aggregate/ledger.ts';
import { release } from '../../agent/aggregate/release.ts';
import type { ReleasedAggregate } from '../../agent/domain/aggregate.ts';
import type { Clock } from '../../agent/domain/clock.ts';
import { type EpsilonRules, epsilonOf } from '../../agent/domain/epsilon.ts';
import { TestClock } from '../support/clock.ts';
import { seeded } from '../support/random.ts';
import { NO_REGIONS } from '../support/regions.ts';
import { Crash, SimDisk } from '../support/sim-disk.ts';
import { LedgerModel } from './ledger-model.ts';

const STEPS = 120;
const HOUR = 3_600_000;
const WINDOW = 900_000;
const ZONES = ['press', 'paint'];
const RULES: readonly (EpsilonRules & { readonly epsilonPerDay: number })[] = [
  { epsilonPerWindow: 1, epsilonPerDay: 4 },
  { epsilonPerWindow: 0.1, epsilonPerDay: 0.3 },
  { epsilonPerWindow: 2, epsilonPerDay: 2 },
  { epsilonPerWindow: 0.5, regions: { epsilonPerWindow: 0.7 }, epsilonPerDay: 5 },
  { epsilonPerWindow: 1, epsilonPerDay: 12 },
];

const isCrash = (error: unknown): boolean =>
  error instanceof Crash || (error instanceof Error && error.cause instanceof Crash);

/** How the daemon goes about it; a test of the test goes about it wrongly. */
export interface Ways {
  disk(random: () => number): SimDisk;
  /** What the ledger sees of the clock. */
  clock(clock: TestClock): Clock;
  /** What the release step sees of the ledger. */
  ledger(ledger: Ledger): Ledger;
}

export const DAEMON: Ways = {
  disk: (random) => new SimDisk(random),
  clock: (clock) => clock,
  ledger: (ledger) => ledger,
};

/**
 * One daemon's life as a random sequence: windows that close, acknowledgements, other rules, clocks that are set, crashes
 * of the process and of the machine in any operation on the disk.
 */
export class Life {
  readonly #ways: Ways;
  /** Withheld for the budget. */
  readonly #free = new Set<string>();
  readonly random: () => number;
  readonly clock = new TestClock();
  readonly disk: SimDisk;
  readonly model = new LedgerModel();
  ledger!: Ledger;
  rules = RULES[0]!;
  trueMs = 0;
  /** How far the wall clock is off. */
  offMs = 0;
  reboots = 0;
  serial = 0;
  unacknowledged: number[] = [];

  constructor(seed: number, ways: Ways = DAEMON) {
    this.random = seeded(seed);
    this.#ways = ways;
    this.disk = ways.disk(this.random);
  }

  below = (n: number): number => Math.floor(this.random() * n);

  async open(): Promise<void> {
    this.ledger = await Ledger.open('/state', {
      clock: this.#ways.clock(this.clock),
      keepMs: 30 * HOUR,
      disk: this.disk,
    });
    const waiting = this.ledger.waiting;
    // A message without noise is in the ledger only to wait there.
    for (const { payload } of waiting) if (!this.#free.has(payload)) this.model.published(payload);
    this.unacknowledged = waiting.map(({ n }) => n);
  }

  pass(ms: number): void {
    this.trueMs += ms;
    this.clock.pass(ms);
  }

  step(ms: number): void {
    this.offMs += ms;
    this.clock.step(ms);
  }

  async closeWindow(): Promise<void> {
    const zoneId = ZONES[this.below(ZONES.length)]!;
    const startMs = Math.floor(this.clock.wallMs() / WINDOW) * WINDOW - WINDOW;
    const window = { startMs, endMs: startMs + WINDOW };
    const counts = { none: 900, negative: this.below(9), positive: 0, surprise: 0 };
    const seal = (aggregate: ReleasedAggregate) => {
      const payload = `${++this.serial} ${JSON.stringify(aggregate)}`;
      if (aggregate.state === 'released' || aggregate.reason === 'total')
        this.model.drew(payload, {
          zone: zoneId,
          startMs,
          epsilon: epsilonOf(this.rules),
          epsilonPerDay: this.rules.epsilonPerDay,
          trueMs: this.trueMs,
        });
      else this.#free.add(payload);
      return { payload };
    };
    const rules = {
      ...this.rules,
      minHeadCount: 5,
      noise: 'discrete-laplace' as const,
      slotsPerTrack: 3,
      assumedTracksPerPerson: 4,
    };
    const out = await release(
      { zoneId, window, counts, regions: { ...NO_REGIONS, brows: counts.negative } },
      { headCount: 9, watched: true },
      rules,
      this.#ways.ledger(this.ledger),
      seal,
    );
    if (out?.n === undefined) return;
    if (!this.#free.has(out.message.payload)) this.model.published(out.message.payload);
    this.unacknowledged.push(out.n);
  }

  async acknowledge(): Promise<void> {
    const [n] = this.unacknowledged.splice(0, 1);
    if (n !== undefined) await this.ledger.delivered(n);
  }

  /** The machine goes down and comes back, with a clock that is right, behind or ahead. */
  reboot(): void {
    const outMs = this.below(20) * HOUR;
    const aheadMs = this.random() < 0.5 ? 0 : (this.below(400) - 200) * HOUR;
    this.trueMs += outMs;
    this.clock.reboot(outMs - this.offMs + aheadMs);
    // Starting takes time too, and the monotonic clock counts it.
    const upMs = this.clock.upMs();
    this.trueMs += upMs;
    this.offMs = aheadMs - upMs;
    this.reboots++;
  }

  async act(): Promise<void> {
    const choice = this.random();
    if (choice < 0.55) await this.closeWindow();
    else if (choice < 0.75) await this.acknowledge();
    else if (choice < 0.85) this.step((this.below(140) - 70) * HOUR);
    else if (choice < 0.92) await this.ledger.shrink();
    else if (choice < 0.96) this.rules = RULES[this.below(RULES.length)]!;
    else await this.open();
  }

  async live(): Promise<void> {
    await this.open();
    for (let i = 0; i < STEPS; i++) {
      this.pass(this.below(2) * this.below(4 * HOUR));
      if (this.random() < 0.25) this.disk.crashAfter(this.below(7));
      let power = false;
      try {
        await this.act();
        this.disk.crashAfter(Number.POSITIVE_INFINITY);
      } catch (error) {
        if (!isCrash(error)) throw error;
        // It may crash again while it starts.
        for (;;) {
          power = this.random() < 0.5;
          this.disk.restart(power);
          if (power) this.reboot();
          if (this.random() < 0.3) this.disk.crashAfter(this.below(7));
          try {
            await this.open();
            this.disk.crashAfter(Number.POSITIVE_INFINITY);
            break;
          } catch (again) {
            if (!isCrash(again)) throw again;
          }
        }
      }
      for (const zone of ZONES)
        this.model.agrees(zone, this.trueMs, this.ledger.spent(zone), this.reboots === 0);
    }
  }
}
