import { randomUUID } from 'node:crypto';
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { asReleased, type SealedSignal } from '../../../agent/domain/aggregate.ts';
import type { QueueOptions } from '../../../agent/publish/queue.ts';
import { type SignalContext, seal } from '../../../agent/publish/signal.ts';
import { EdgeNode } from '../../../agent/publish/sparkplug/edge-node.ts';
import { systemClock } from '../../../agent/state/clock.ts';
import { GROUP, PASSWORDS } from '../../support/plant.ts';
import { queue } from '../../support/queue.ts';

const CONTEXT: SignalContext = {
  node: 'box-1',
  purpose: 'safety',
  slotSeconds: 10,
  model: {
    name: 'm',
    version: '1',
    hash: 'a'.repeat(64),
    trained: true,
    evidence: 'synthetic',
    validatedOn: ['x', 'y'],
  },
  headCounts: new Map([
    ['press', 6],
    ['paint', 8],
  ]),
};

/** Where the `n`th window ends, milliseconds since the epoch. */
export const endMs = (n: number): number => (n + 1) * 900_000;
const windowOf = (n: number) => ({ startMs: n * 900_000, endMs: endMs(n) });

export const released = (zoneId: string, n: number, none = 100 + n): SealedSignal =>
  seal(
    asReleased({
      zoneId,
      window: windowOf(n),
      state: 'released',
      counts: { none, negative: -7, positive: 21, surprise: 0 },
      noise: { mechanism: 'discrete-laplace', epsilon: 0.5, interval95: 36 },
      regions: {
        counts: { brows: 4, eyes: 3, nose: 0, cheeks: 1, mouth: 19, chin: -2 },
        noise: { mechanism: 'discrete-laplace', epsilon: 0.25, interval95: 72 },
      },
    }),
    CONTEXT,
    randomUUID(),
  );

export const withheld = (zoneId: string, n: number): SealedSignal =>
  seal(
    asReleased({ zoneId, window: windowOf(n), state: 'withheld', reason: 'budget' }),
    CONTEXT,
    randomUUID(),
  );

export const HEALTH = {
  at: '2026-11-24T07:30:11.000Z',
  uptimeS: 61,
  provider: 'cpu',
  precision: 'fp32',
  memoryMb: 256,
  capture: { state: 'watching' },
  cameras: [{ id: 'cam', state: 'streaming', fps: 25, reconnects: 0, restarts: 0, poor: [] }],
} as const satisfies Parameters<EdgeNode['health']>[0] | object;

export const health = (uptimeS: number): Parameters<EdgeNode['health']>[0] => ({
  ...HEALTH,
  uptimeS,
  cameras: [{ ...HEALTH.cameras[0], poor: [] }],
});

/** An edge node on a broker, as the daemon makes it. `births` are the numbers of its connections. */
export function edgeNode(
  url: string,
  {
    births,
    primaryHost,
    version = 5,
    ofQueue = {},
  }: {
    births: Iterator<number>;
    primaryHost?: string;
    version?: 4 | 5;
    ofQueue?: Partial<QueueOptions>;
  },
) {
  const troubles: string[] = [];
  const waiting = queue({
    feed: 'sparkplug',
    // Windows begin with the epoch.
    clock: { ...systemClock(), wallMs: () => endMs(9) },
    ...ofQueue,
  });
  const node = new EdgeNode(
    {
      connection: { url, version, keepaliveS: 30, login: { username: 'agent', password: PASSWORDS.agent } },
      group: GROUP,
      node: 'box-1',
      software: '1.2.3',
      zones: ['press', 'paint'],
      cameras: ['cam'],
      queue: waiting.queue,
      ...(primaryHost === undefined ? {} : { primaryHost }),
    },
    {
      nextBdSeq: async () => births.next().value,
      nowMs: () => Date.now(),
      onTrouble: ({ code }) => troubles.push(code),
    },
  );
  return {
    node,
    troubles,
    delivered: waiting.delivered,
    [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
  };
}

export function* from(first: number): Generator<number, number> {
  for (let n = first; ; n = (n + 1) % 256) yield n;
}

/** A cable between node and broker that can be cut: no DISCONNECT comes through. */
export async function cable(port: number) {
  const ends = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connectTcp(port, '127.0.0.1');
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => {});
      end.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `mqtt://127.0.0.1:${(server.address() as { port: number }).port}`,
    cut() {
      isCut = true;
      for (const end of ends) end.destroy();
      ends.clear();
    },
    mend() {
      isCut = false;
    },
    async [Symbol.asyncDispose]() {
      for (const end of ends) end.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
