import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Ledger } from '../../agent/aggregate/ledger.ts';
import type { ClosedWindow } from '../../agent/aggregate/window.ts';
import type { AuditLog } from '../../agent/audit/log.ts';
import { loadConfig } from '../../agent/config/load.ts';
import type { Clock } from '../../agent/domain/clock.ts';
import type { Feed } from '../../agent/domain/gap.ts';
import { Publisher } from '../../agent/publish/publisher.ts';
import { Queue } from '../../agent/publish/queue.ts';
import type { SignalContext } from '../../agent/publish/signal.ts';
import { systemClock } from '../../agent/state/clock.ts';
import { type Disk, systemDisk } from '../../agent/state/disk.ts';
import { journalIn } from '../../agent/supervise/journal.ts';
import { Releases } from '../../agent/supervise/releases.ts';
import { Zones } from '../../agent/supervise/zones.ts';
import { BASE, PASSWORDS, writeConfig } from './plant.ts';
import { NO_REGIONS } from './regions.ts';

const HOUR = 3_600_000;
const WINDOW = HOUR / 4;
export const CONTEXT: Omit<SignalContext, 'headCounts'> = {
  node: 'box-1',
  purpose: 'demo',
  slotSeconds: 10,
  model: {
    name: 'm',
    version: '1',
    hash: 'a'.repeat(64),
    trained: true,
    evidence: 'synthetic',
    validatedOn: [],
  },
};

export interface BoxOptions {
  readonly clock?: Clock;
  readonly disk?: Disk;
  readonly mostSignals?: number;
  readonly version?: 4 | 5;
  readonly keepaliveS?: number;
}

/** The daemon from the release step to the broker, without cameras: windows close when a test says so. */
export async function box(
  folder: string,
  url: string,
  {
    clock = systemClock(),
    disk = systemDisk,
    mostSignals = 10,
    version = 5,
    keepaliveS = 30,
  }: BoxOptions = {},
) {
  const { config } = await loadConfig(
    writeConfig(join(folder, 'config'), {
      camera: 'rtsp://127.0.0.1:1/stream',
      broker: url,
      more: { aggregation: { epsilonPerDay: 1000, minHeadCount: 2 } },
    }),
  );
  const keepMs = config.governance.retention.releasesHours * HOUR;
  const ledger = await Ledger.open(join(folder, 'config/state'), { clock, keepMs, disk });
  const warned: string[] = [];
  const log = { info() {}, warn: (fields: object) => warned.push(JSON.stringify(fields)), error() {} };
  const queue = new Queue({
    ...{ feed: 'plain' as Feed, mostSignals, keepMs, clock, newId: randomUUID },
    journal: journalIn(ledger, log),
    onGap: (gap) => warned.push(gap.reason),
  });
  const troubles: string[] = [];
  const publisher = new Publisher(
    {
      connection: { url, version, keepaliveS, login: { username: 'agent', password: PASSWORDS.agent } },
      ...{ baseTopic: BASE, node: 'box-1', software: '1', queue },
    },
    { onConnected() {}, onTrouble: ({ code }) => troubles.push(code), onCommand() {} },
  );
  const audit = { append: async () => {} } as unknown as AuditLog;
  const releases = new Releases({
    ...{ config, ledger, audit, publisher, log, newId: randomUUID },
    context: CONTEXT,
    zones: new Zones(new Map([['press', 6]])),
  });
  releases.resume();
  let lastMs = 0;
  return {
    ...{ ledger, queue, publisher, troubles, warned },
    /** A window closes that ends now. */
    async close(): Promise<void> {
      // Two in a millisecond would be the same window, which is not drawn twice.
      lastMs = Math.max(clock.wallMs(), lastMs + 1);
      const endMs = lastMs;
      const closed: ClosedWindow = {
        zoneId: 'press',
        window: { startMs: endMs - WINDOW, endMs },
        counts: { none: 90, negative: 3, positive: 4, surprise: 0 },
        regions: NO_REGIONS,
      };
      await releases.send(closed, true);
    },
    /** As kill -9 leaves it: nothing is said to the broker, nothing written to the ledger. */
    async kill(): Promise<void> {
      queue.take = () => undefined;
      queue.expire = () => {};
      await publisher[Symbol.asyncDispose]();
      await ledger[Symbol.asyncDispose]();
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await publisher[Symbol.asyncDispose]();
      await ledger[Symbol.asyncDispose]();
    },
  };
}
