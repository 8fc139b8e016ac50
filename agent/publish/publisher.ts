import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { ReleasedAggregate } from '../domain/aggregate.ts';
import { type Health, healthSchema, type Status, statusSchema } from './messages.ts';
import { refusalOf } from './refusal.ts';
import { type SignalContext, signalFor } from './signal.ts';

export interface PublisherOptions {
  readonly url: string;
  readonly version: 4 | 5;
  readonly baseTopic: string;
  readonly keepaliveS: number;
  readonly software: string;
  readonly login?: { readonly username: string; readonly password: string };
  readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
}

export interface PublisherEvents {
  onConnected(): void;
  /** Told once per kind of trouble, not once per attempt. */
  onTrouble(trouble: { readonly code: string; readonly message: string; readonly remedy: string }): void;
}

/** Signals that wait for a broker to come back; the oldest goes first when there are more. */
const MOST_WAITING = 2_000;
const RECONNECT_MS = 2_000;

/**
 * The only way to the network for anything that this box has to say. Topics: `<base>/micron-edge/<node>/status`
 * (retained, with a last will), `.../health`, `.../zone/<zone>/signal`; all QoS 1.
 */
export class Publisher implements AsyncDisposable {
  readonly #client: MqttClient;
  readonly #context: SignalContext;
  readonly #root: string;
  readonly #software: string;
  readonly #waiting: { topic: string; payload: string }[] = [];
  #sending = false;
  #connects = 0;
  #discarded = 0;
  #trouble: string | undefined;
  #ending = false;

  constructor(options: PublisherOptions, context: SignalContext, events: PublisherEvents) {
    this.#context = context;
    this.#software = options.software;
    this.#root = `${options.baseTopic}/micron-edge/${context.node}`;
    const settings: IClientOptions = {
      protocolVersion: options.version,
      clientId: `micron-edge-${context.node}`,
      clean: true,
      keepalive: options.keepaliveS,
      reconnectPeriod: RECONNECT_MS,
      reconnectOnConnackError: true,
      queueQoSZero: false,
      rejectUnauthorized: true,
      ...options.login,
      ...options.tls,
      will: {
        topic: `${this.#root}/status`,
        payload: Buffer.from(JSON.stringify(this.#status('offline'))),
        qos: 1,
        retain: true,
      },
    };
    this.#client = connect(options.url, settings);
    this.#client.on('connect', () => {
      this.#connects++;
      this.#trouble = undefined;
      events.onConnected();
      this.#client.publish(`${this.#root}/status`, JSON.stringify(this.#status('online', new Date())), {
        qos: 1,
        retain: true,
      });
      void this.#drain();
    });
    this.#client.on('error', (error) => {
      const trouble = refusalOf(error);
      if (trouble.code === this.#trouble) return;
      this.#trouble = trouble.code;
      events.onTrouble(trouble);
    });
    this.#client.on('close', () => {
      if (this.#ending || this.#trouble !== undefined || this.#connects === 0) return;
      this.#trouble = 'broker-unreachable';
      events.onTrouble({
        code: 'broker-unreachable',
        message: 'The connection to the broker is gone.',
        remedy: 'Signals wait here until it is back.',
      });
    });
  }

  get state(): Health['broker'] {
    return {
      reconnects: Math.max(0, this.#connects - 1),
      waiting: this.#waiting.length,
      discarded: this.#discarded,
    };
  }

  signal(aggregate: ReleasedAggregate): void {
    const payload = JSON.stringify(signalFor(aggregate, this.#context));
    this.#waiting.push({ topic: `${this.#root}/zone/${aggregate.zoneId}/signal`, payload });
    while (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift();
      this.#discarded++;
    }
    void this.#drain();
  }

  /** Only while connected: yesterday's health helps nobody. */
  health(body: Omit<Health, 'schema' | 'node' | 'broker'>): void {
    const message = healthSchema.parse({
      schema: 'micron-edge/health/1',
      node: this.#context.node,
      ...body,
      broker: this.state,
    });
    if (this.#client.connected)
      this.#client.publish(`${this.#root}/health`, JSON.stringify(message), { qos: 1 });
  }

  /** In order, one at a time, and gone from the queue only when the broker has acknowledged it (QoS 1). */
  async #drain(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      while (this.#client.connected && this.#waiting.length > 0) {
        const next = this.#waiting[0]!;
        await this.#client.publishAsync(next.topic, next.payload, { qos: 1 });
        if (this.#waiting[0] === next) this.#waiting.shift();
      }
    } catch {
      // The connection went before the acknowledgement: it stays in the queue, and `connect` drains again.
    } finally {
      this.#sending = false;
    }
  }

  #status(state: Status['state'], at?: Date): Status {
    return statusSchema.parse({
      schema: 'micron-edge/status/1',
      node: this.#context.node,
      state,
      ...(at === undefined ? {} : { at: at.toISOString() }),
      version: this.#software,
    });
  }

  /** Says goodbye where it can: a retained "offline", then the end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending = true;
    if (this.#client.connected) {
      const farewell = this.#client.publishAsync(
        `${this.#root}/status`,
        JSON.stringify(this.#status('offline', new Date())),
        { qos: 1, retain: true },
      );
      await Promise.race([
        farewell.catch(() => {}),
        new Promise((resolve) => setTimeout(resolve, 2_000).unref()),
      ]);
    }
    // With a DISCONNECT, so that the broker drops the last will: it would say the same once more, but without its time.
    await this.#client.endAsync(!this.#client.connected);
  }
}
