import { randomUUID } from 'node:crypto';
import { discreteLaplace, interval95, rate } from '../../agent/aggregate/discrete-laplace.ts';
import { asReleased, type WithheldReason } from '../../agent/domain/aggregate.ts';
import type { Command, Unreadable } from '../../agent/publish/command.ts';
import { Publisher } from '../../agent/publish/publisher.ts';
import { type SignalContext, seal } from '../../agent/publish/signal.ts';
import { BASE, PASSWORDS } from '../support/plant.ts';
import { queue } from '../support/queue.ts';
import { until } from '../support/until.ts';

const WINDOW_MS = 900_000;
const EPSILON = 1;
const CONTEXT: SignalContext = {
  node: 'press-shop-2',
  purpose: 'safety',
  slotSeconds: 10,
  model: {
    name: 'micron-bert-edge',
    version: '0.1.0',
    hash: 'a'.repeat(64),
    trained: true,
    evidence: 'synthetic',
    validatedOn: [],
  },
  headCounts: new Map([
    ['press-2', 24],
    ['assembly', 40],
  ]),
};

/** Windows of a made-up day that were not released. */
const WITHHELD: Readonly<Record<string, WithheldReason>> = {
  '3': 'capture',
  '4': 'capture',
  '11': 'total',
  '20': 'budget',
};

/** Windows of one zone that the box gave up while the broker was away: they never come, and a gap marker says so. */
export const LOST = { zone: 'assembly', from: 7, to: 9 } as const;

/** A box with two zones and a made-up day behind it, which says all of it by the publisher of the daemon. */
export async function boxWithHistory(url: string, windows: number, nowMs: number) {
  const waiting = queue();
  const commands: (Command | Unreadable)[] = [];
  const publisher = new Publisher(
    {
      connection: {
        url,
        version: 5,
        keepaliveS: 30,
        login: { username: 'agent', password: PASSWORDS.agent },
      },
      baseTopic: BASE,
      node: CONTEXT.node,
      software: '0.1.0',
      queue: waiting.queue,
    },
    { onConnected: () => {}, onTrouble: () => {}, onCommand: (command) => commands.push(command) },
  );
  publisher.capture({ state: 'watching' });
  const lastMs = Math.floor(nowMs / WINDOW_MS) * WINDOW_MS;
  const { s, t } = rate(EPSILON, 12);
  const endOf = (n: number) => lastMs - (windows - 1 - n) * WINDOW_MS;
  publisher.resume([
    {
      gap: {
        id: randomUUID(),
        feed: 'plain',
        zone: LOST.zone,
        reason: 'age',
        count: LOST.to - LOST.from + 1,
        startMs: endOf(LOST.from - 1),
        endMs: endOf(LOST.to),
        at: 1,
      },
    },
  ]);
  for (let n = 0; n < windows; n++)
    for (const zoneId of CONTEXT.headCounts.keys()) {
      if (zoneId === LOST.zone && n >= LOST.from && n <= LOST.to) continue;
      const endMs = endOf(n);
      const window = { startMs: endMs - WINDOW_MS, endMs };
      const reason = WITHHELD[String(n)];
      const busy = zoneId === 'assembly' ? 90 : 60;
      const wave = Math.sin(n / 4);
      const counts = {
        none: busy * 20,
        negative: Math.round(busy * (0.9 + 0.4 * wave)),
        positive: Math.round(busy * (1.4 - 0.5 * wave)),
        surprise: Math.round(busy * 0.3),
      };
      for (const label of ['none', 'negative', 'positive', 'surprise'] as const)
        counts[label] += discreteLaplace(s, t);
      const signal = seal(
        asReleased(
          reason === undefined
            ? {
                zoneId,
                window,
                state: 'released',
                counts,
                regions: {
                  counts: { brows: 61, eyes: 22, nose: 9, cheeks: 30, mouth: 118, chin: -4 },
                  noise: { mechanism: 'discrete-laplace', epsilon: 0.5, interval95: 72 },
                },
                noise: {
                  mechanism: 'discrete-laplace',
                  epsilon: EPSILON,
                  interval95: interval95(EPSILON, 12),
                },
              }
            : { zoneId, window, state: 'withheld', reason },
        ),
        CONTEXT,
        randomUUID(),
      );
      publisher.signal({ signal, window });
    }
  const health = () =>
    publisher.health({
      at: new Date(nowMs).toISOString(),
      uptimeS: 7 * 3600,
      provider: 'tensorrt',
      precision: 'fp16',
      memoryMb: 512,
      capture: { state: 'watching' },
      cameras: [
        {
          id: 'press-2-front',
          state: 'streaming',
          fps: 25,
          reconnects: 0,
          restarts: 0,
          rate: { wanted: 25, lowest: 15, shedding: 'thermal' },
          poor: [],
        },
        {
          id: 'assembly-east',
          state: 'waiting',
          code: 'unreachable',
          fps: 0,
          reconnects: 7,
          restarts: 0,
          poor: [],
        },
      ],
    });
  await until(() => waiting.queue.waiting === 0, 'the history is with the broker');
  health();
  return { publisher, commands, health, [Symbol.asyncDispose]: () => publisher[Symbol.asyncDispose]() };
}
