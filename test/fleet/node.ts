import { randomUUID } from 'node:crypto';
import { Ledger } from '../../agent/aggregate/ledger.ts';
import type { AuditLog } from '../../agent/audit/log.ts';
import type { Config } from '../../agent/config/schema.ts';
import type { Clock } from '../../agent/domain/clock.ts';
import type { Command, Unreadable } from '../../agent/publish/command.ts';
import type { Connection } from '../../agent/publish/connection.ts';
import { Publisher } from '../../agent/publish/publisher.ts';
import { Queue } from '../../agent/publish/queue.ts';
import { journalIn } from '../../agent/supervise/journal.ts';
import { Releases } from '../../agent/supervise/releases.ts';
import { Zones } from '../../agent/supervise/zones.ts';
import { CONTEXT } from '../support/box.ts';
import { BASE } from '../support/plant.ts';
import { NO_REGIONS } from '../support/regions.ts';

const HOUR_MS = 3_600_000;

export interface NodeOptions {
  readonly name: string;
  readonly zones: number;
  readonly config: Config;
  readonly connection: Connection;
  /** For its ledger. */
  readonly folder: string;
  readonly clock: Clock;
}

export interface NodeEvents {
  onCommand?(command: Command | Unreadable): void;
  onConnected(): void;
  onHanded(id: string): void;
  onAcknowledged(id: string): void;
}

/** The daemon from the closed window to the broker, with a ledger of its own on disk: all but cameras and the rest of it. */
export class SimulatedNode implements AsyncDisposable {
  readonly #zones: readonly string[];
  readonly #queue: Queue;
  readonly #publisher: Publisher;
  readonly #ledger: Ledger;
  readonly #releases: Releases;
  readonly #startedMs: number;
  readonly #clock: Clock;

  private constructor(
    { name, zones, config, connection, clock }: NodeOptions,
    ledger: Ledger,
    events: NodeEvents,
  ) {
    this.#zones = Array.from({ length: zones }, (_, i) => `zone-${i + 1}`);
    this.#ledger = ledger;
    this.#clock = clock;
    this.#startedMs = clock.upMs();
    const log = { info() {}, warn() {}, error() {} };
    const journal = journalIn(ledger, log);
    const ids = new Map<number, string>();
    this.#queue = new Queue({
      feed: 'plain',
      mostSignals: config.mqtt.queueMessages,
      keepMs: config.governance.retention.releasesHours * HOUR_MS,
      clock,
      newId: randomUUID,
      onGap() {},
      journal: {
        ...journal,
        delivered(n, feed) {
          events.onAcknowledged(ids.get(n)!);
          ids.delete(n);
          journal.delivered(n, feed);
        },
      },
    });
    this.#publisher = new Publisher(
      { connection, baseTopic: BASE, node: name, software: '0.1.0', queue: this.#queue },
      {
        onConnected: events.onConnected,
        onTrouble() {},
        onCommand: (command) => events.onCommand?.(command),
      },
    );
    this.#releases = new Releases({
      ...{ config, ledger, log, newId: randomUUID },
      audit: { append: async () => {} } as unknown as AuditLog,
      context: { ...CONTEXT, node: name },
      zones: new Zones(new Map(this.#zones.map((zone) => [zone, 12]))),
      publisher: {
        resume() {},
        signal: (message) => {
          const { id } = JSON.parse(message.signal.payload) as { id: string };
          if (message.n === undefined) throw new Error(`${name}: a signal that is not in the ledger`);
          ids.set(message.n, id);
          events.onHanded(id);
          this.#publisher.signal(message);
        },
      },
    });
  }

  static async open(options: NodeOptions, events: NodeEvents): Promise<SimulatedNode> {
    const { folder, clock, config } = options;
    const keepMs = config.governance.retention.releasesHours * HOUR_MS;
    return new SimulatedNode(options, await Ledger.open(folder, { clock, keepMs }), events);
  }

  get waiting(): number {
    return this.#queue.waiting;
  }
  get discarded(): number {
    return this.#queue.discarded;
  }
  get isConnected(): boolean {
    return this.#publisher.condition.connected;
  }

  /** The window [startMs, endMs) closes in every zone. */
  async close(startMs: number, endMs: number): Promise<void> {
    for (const zoneId of this.#zones)
      await this.#releases.send(
        {
          ...{ zoneId, window: { startMs, endMs }, regions: NO_REGIONS },
          counts: { none: 90, negative: 3, positive: 4, surprise: 0 },
        },
        true,
      );
  }

  health(): void {
    this.#publisher.health({
      at: new Date(this.#clock.wallMs()).toISOString(),
      uptimeS: Math.round((this.#clock.upMs() - this.#startedMs) / 1_000),
      provider: 'cpu',
      precision: 'fp32',
      memoryMb: 256,
      capture: { state: 'watching' },
      cameras: [
        { id: 'camera-1', state: 'streaming', fps: 25, reconnects: 0, restarts: 0, poor: [] },
        { id: 'camera-2', state: 'streaming', fps: 25, reconnects: 0, restarts: 0, poor: [] },
      ],
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#publisher[Symbol.asyncDispose]();
    await this.#ledger[Symbol.asyncDispose]();
  }
}
