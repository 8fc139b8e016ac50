import { writeSync } from 'node:fs';
import { Ledger } from '../../agent/aggregate/ledger.ts';
import { release } from '../../agent/aggregate/release.ts';
import type { ReleasedAggregate } from '../../agent/domain/aggregate.ts';
import { type EpsilonRules, epsilonOf } from '../../agent/domain/epsilon.ts';
import { OperatorError } from '../../agent/domain/errors.ts';
import { StateLock } from '../../agent/state/lock.ts';
import { dyingDisk } from '../support/dying-disk.ts';
import { seeded } from '../support/random.ts';
import { NO_REGIONS } from '../support/regions.ts';

/** Where clocks and rules stand; a child goes on from where the one before it died. */
export interface Now {
  trueMs: number;
  wallMs: number;
  upMs: number;
  rules: EpsilonRules & { readonly epsilonPerDay: number };
}

export interface Plan {
  readonly folder: string;
  readonly seed: number;
  /** Number of the disk operation in which it dies; 0: it lives to its end. */
  readonly dieAt: number;
  readonly steps: number;
  /** Begins when its standard input has ended. */
  readonly waits: boolean;
  readonly now: Now;
}

/** What the child tells, one JSON line each, written before it does anything else. */
export type Said =
  | { readonly type: 'locked' | 'opened' | 'ended' }
  | { readonly type: 'now'; readonly now: Now }
  | {
      readonly type: 'drew';
      readonly payload: string;
      readonly zone: string;
      readonly startMs: number;
      readonly epsilon: number;
      readonly epsilonPerDay: number;
      readonly trueMs: number;
    }
  | { readonly type: 'published'; readonly payload: string }
  | { readonly type: 'spent'; readonly zone: string; readonly epsilon: number; readonly trueMs: number };

const HOUR = 3_600_000;
const WINDOW = 900_000;
const ZONES = ['press', 'paint'];
export const RULES: readonly Now['rules'][] = [
  { epsilonPerWindow: 1, epsilonPerDay: 4 },
  { epsilonPerWindow: 0.1, epsilonPerDay: 0.3 },
  { epsilonPerWindow: 2, epsilonPerDay: 2 },
  { epsilonPerWindow: 0.5, regions: { epsilonPerWindow: 0.7 }, epsilonPerDay: 5 },
];

/** A daemon's use of lock, ledger and release step, as a process of its own that may be killed anywhere. */
async function live({ folder, seed, dieAt, steps, waits, now }: Plan): Promise<void> {
  const random = seeded(seed);
  const below = (n: number) => Math.floor(random() * n);
  const say = (said: Said) => writeSync(1, `${JSON.stringify(said)}\n`);
  const clock = { wallMs: () => now.wallMs, upMs: () => now.upMs, boot: 'one' };
  await using _lock = await StateLock.take(folder);
  await using ledger = await Ledger.open(folder, {
    clock,
    keepMs: 30 * HOUR,
    disk: dyingDisk(dieAt, random),
  });
  say({ type: 'opened' });
  if (waits) for await (const _ of process.stdin);
  const unacknowledged = ledger.waiting.map(({ n, payload }) => {
    if (!isFree(payload)) say({ type: 'published', payload });
    return n;
  });
  for (let i = 0; i < steps; i++) {
    const ms = below(2) * below(4 * HOUR);
    Object.assign(now, { trueMs: now.trueMs + ms, wallMs: now.wallMs + ms, upMs: now.upMs + ms });
    if (random() < 0.15) now.wallMs += (below(140) - 70) * HOUR;
    if (random() < 0.1) now.rules = RULES[below(RULES.length)]!;
    say({ type: 'now', now });
    const zoneId = ZONES[below(2)]!;
    const startMs = Math.floor(now.wallMs / WINDOW) * WINDOW - WINDOW;
    const seal = (aggregate: ReleasedAggregate) => {
      const payload = `${now.trueMs} ${random()} ${JSON.stringify(aggregate)}`;
      if (aggregate.state === 'released' || aggregate.reason === 'total') {
        const { epsilonPerDay } = now.rules;
        const epsilon = epsilonOf(now.rules);
        say({ type: 'drew', payload, zone: zoneId, startMs, epsilon, epsilonPerDay, trueMs: now.trueMs });
      }
      return { payload };
    };
    const out = await release(
      {
        zoneId,
        window: { startMs, endMs: startMs + WINDOW },
        counts: { none: 900, negative: 1, positive: 0, surprise: 0 },
        regions: { ...NO_REGIONS, brows: 1 },
      },
      { headCount: 9, watched: true },
      {
        ...now.rules,
        minHeadCount: 5,
        noise: 'discrete-laplace',
        slotsPerTrack: 3,
        assumedTracksPerPerson: 4,
      },
      ledger,
      seal,
    );
    if (out?.n !== undefined) {
      if (!isFree(out.message.payload)) say({ type: 'published', payload: out.message.payload });
      unacknowledged.push(out.n);
    }
    if (random() < 0.5 && unacknowledged.length > 0) await ledger.delivered(unacknowledged.shift()!);
    if (random() < 0.2) await ledger.shrink();
    for (const zone of ZONES) say({ type: 'spent', zone, epsilon: ledger.spent(zone), trueMs: now.trueMs });
  }
  say({ type: 'ended' });
}

/** Withheld without noise that was drawn: it is in the ledger only to wait there. */
const isFree = (payload: string): boolean => payload.includes('"reason":"budget"');

if (process.argv[2] !== undefined && import.meta.url.endsWith('ledger-child.js'))
  try {
    await live(JSON.parse(process.argv[2]) as Plan);
  } catch (error) {
    if (!(error instanceof OperatorError) || error.code !== 'state-locked') throw error;
    writeSync(1, '{"type":"locked"}\n');
  }
