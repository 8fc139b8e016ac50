import { randomUUID } from 'node:crypto';
import type { RandomBytes } from '../../agent/aggregate/discrete-laplace.ts';
import type { Ledger } from '../../agent/aggregate/ledger.ts';
import { release } from '../../agent/aggregate/release.ts';
import { WindowCounts } from '../../agent/aggregate/window.ts';
import { kpiFingerprint } from '../../agent/config/fingerprint.ts';
import type { Config } from '../../agent/config/schema.ts';
import { headCounts } from '../../agent/config/zones.ts';
import type { Expression } from '../../agent/domain/signal.ts';
import { healthSchema, statusSchema } from '../../agent/publish/messages.ts';
import { seal } from '../../agent/publish/signal.ts';
import { rootOf, signalTopic } from '../../agent/publish/topics.ts';
import { lineOf } from '../../agent/record/line.ts';
import { gaussian, seeded } from '../support/random.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Weeks of a plant, told by the code that tells them on a box: windows, release step, message builder. */
export interface Works {
  readonly config: Config;
  readonly seed: number;
  /** YYYY-MM-DD, UTC. */
  readonly from: string;
  readonly days: number;
  /** Share of each expression in a zone on a day. */
  readonly share: (zone: string, day: string) => Readonly<Record<Expression, number>>;
  /** Slots that a person fills in a window. */
  readonly slotsPerPerson?: number;
  /** Standard deviation of the log odds from day to day. */
  readonly restless?: number;
  readonly healthEveryMs?: number;
}

export const CONTEXT = {
  purpose: 'safety',
  model: {
    name: 'micron-bert-edge',
    version: '0.1.0',
    hash: 'a'.repeat(64),
    trained: true,
    evidence: 'synthetic',
    validatedOn: [] as string[],
  },
} as const;

/** Keeps nothing; what is tried out here is not the budget. */
const ledger = { has: () => false, spent: () => 0, append: async () => 1 } as unknown as Ledger;
const bytes =
  (random: () => number): RandomBytes =>
  (count) =>
    Uint8Array.from({ length: count }, () => Math.floor(random() * 256));

/** The lines of a recording: shifts of eight hours on working days; closed otherwise. */
export async function* linesOf(works: Works): AsyncGenerator<string> {
  const { config, seed, days, share, slotsPerPerson = 2.5, restless = 0.1 } = works;
  const random = seeded(seed);
  const noise = bytes(seeded(seed + 1));
  const { windowS, slotS } = config.aggregation;
  const windowMs = windowS * 1000;
  const people = headCounts(config);
  const root = rootOf({ baseTopic: config.mqtt.baseTopic, node: config.node.id });
  const context = {
    ...CONTEXT,
    model: { ...CONTEXT.model, validatedOn: [] },
    node: config.node.id,
    slotSeconds: slotS,
    headCounts: people,
  };
  const firstMs = Date.parse(`${works.from}T00:00:00Z`);
  const line = (atMs: number, topic: string, payload: object) =>
    lineOf({ at: new Date(atMs).toISOString(), topic: `${root}/${topic}`, payload });
  yield line(firstMs, 'status', status(config, firstMs));
  for (let day = 0; day < days; day++) {
    const startMs = firstMs + day * DAY_MS;
    const name = new Date(startMs).toISOString().slice(0, 10);
    const working = ![0, 6].includes(new Date(startMs).getUTCDay());
    const mood = restless * gaussian(random);
    const windows = new WindowCounts([...people.keys()], windowMs, 0, startMs);
    for (let atMs = startMs; atMs < startMs + DAY_MS; atMs += windowMs) {
      const watched = working && atMs >= startMs + 6 * HOUR_MS && atMs < startMs + 14 * HOUR_MS;
      for (const [zoneId, count] of watched ? people : []) {
        const slots = Math.round(count * slotsPerPerson * (0.7 + 0.6 * random()));
        const shares = share(zoneId, name);
        for (let i = 0; i < slots; i++)
          windows.add({ zoneId, earnedAtMs: atMs + 1, label: drawn(shares, mood, random()) });
      }
      for (const closed of windows.close(atMs + windowMs)) {
        const out = await release(
          closed,
          { headCount: people.get(closed.zoneId)!, watched },
          config.aggregation,
          ledger,
          (aggregate) => seal(aggregate, context, randomUUID()),
          noise,
        );
        const payload = JSON.parse(out!.message.payload) as object;
        yield line(atMs + windowMs + 2000, signalTopic(closed.zoneId), payload);
      }
    }
    const { healthEveryMs = HOUR_MS / 15 } = works;
    for (let atMs = startMs; atMs < startMs + DAY_MS; atMs += healthEveryMs)
      yield line(atMs, 'health', health(config, firstMs, atMs));
  }
}

function drawn(
  shares: Readonly<Record<Expression, number>>,
  mood: number,
  place: number,
): Expression | 'none' {
  let left = place;
  for (const [label, share] of Object.entries(shares) as [Expression, number][]) {
    const odds = (share / (1 - share)) * Math.exp(mood);
    left -= odds / (1 + odds);
    if (left < 0) return label;
  }
  return 'none';
}

const iso = (ms: number) => new Date(ms).toISOString();

function status(config: Config, atMs: number) {
  const kpi = kpiFingerprint(config);
  return statusSchema.parse({
    schema: 'micron-edge/status/1',
    node: config.node.id,
    state: 'online',
    capture: { state: 'watching' },
    at: iso(atMs),
    ...(kpi === undefined ? {} : { kpi }),
    version: '0.1.0',
  });
}

/** A camera that is lost on Wednesday mornings, and a daemon that is started anew each Monday. */
function health(config: Config, firstMs: number, atMs: number) {
  const at = new Date(atMs);
  const lost = at.getUTCDay() === 3 && at.getUTCHours() === 9;
  const open = ![0, 6].includes(at.getUTCDay()) && at.getUTCHours() >= 6 && at.getUTCHours() < 14;
  const sinceMonday = ((at.getUTCDay() + 6) % 7) * DAY_MS + (atMs % DAY_MS);
  const state = open ? (lost ? 'waiting' : 'streaming') : 'paused';
  return healthSchema.parse({
    schema: 'micron-edge/health/1',
    node: config.node.id,
    at: iso(atMs),
    uptimeS: Math.min(sinceMonday, atMs - firstMs) / 1000,
    memoryMb: 256,
    capture: { state: open ? 'watching' : 'closed' },
    broker: { reconnects: 0, waiting: 0, discarded: 0 },
    cameras: config.cameras.map(({ id }, i) => ({
      id,
      state: i === 0 ? state : open ? 'streaming' : 'paused',
      ...(i === 0 && open && lost ? { code: 'unreachable' } : {}),
      fps: open && !(lost && i === 0) ? 25 : 0,
      reconnects: 0,
      restarts: 0,
      poor: at.getUTCDay() === 5 ? ['pose'] : [],
    })),
  });
}

/** Two cameras, three zones, and two definitions of success. */
export const PLANT = `node: {id: press-shop}
governance:
  purpose: safety
  jurisdiction: EU
  legalBasis: Art. 6(1)(c) GDPR with section 3 of the safety act
  dpia: {reference: DPIA-77, expires: 2031-05-06}
  notice: Door P2
  agreement: {reference: Works agreement 7}
aggregation: {epsilonPerDay: 48}
schedule:
  timeZone: UTC
  hours: [{days: [mon, tue, wed, thu, fri], from: "06:00", to: "14:00"}]
kpi:
  definedOn: 2026-08-28
  definitions:
    - id: guard
      title: Fewer negative expressions at the presses with the new guard
      zones: [presses]
      labels: [negative]
      direction: decrease
      smallestChange: 3
      changeOn: 2026-10-05
      daysBefore: 28
      daysAfter: 28
    - id: lamps
      title: More positive expressions in assembly with the new lamps
      zones: [assembly]
      labels: [positive]
      direction: increase
      smallestChange: 2
      changeOn: 2026-10-05
      daysBefore: 28
      daysAfter: 28
mqtt:
  url: mqtts://broker.acme.example
  baseTopic: acme/leipzig
cameras:
  - id: front
    url: rtsp://10.20.30.40/a
    zones:
      - {id: presses, name: 'Presses <1 & 2>', headCount: 60, polygon: [[0, 0], [0.5, 0], [0.5, 1]]}
      - {id: store, headCount: 6, polygon: [[0.6, 0], [1, 0], [1, 1]]}
  - id: back
    url: rtsp://10.20.30.41/b
    zones:
      - {id: assembly, name: Assembly, headCount: 40, polygon: [[0, 0], [1, 0], [1, 1]]}
`;

/** Half of the negative expressions at the presses go with the change; nothing else does. */
export const guarded = (zone: string, day: string) => ({
  negative: zone === 'presses' && day >= '2026-10-05' ? 0.06 : 0.12,
  positive: 0.05,
  surprise: 0.03,
});
