import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { atMost } from '../at-most.ts';
import { HostState } from './host.ts';
import type { Metric } from './metric.ts';
import { asksForRebirth, bdSeqMetric, encode, next } from './payload.ts';
import { Receipts } from './receipt.ts';
import { type Kind, stateTopic, topicOf } from './topic.ts';

export interface SessionOptions {
  readonly url: string;
  readonly settings: IClientOptions;
  readonly group: string;
  readonly node: string;
  readonly primaryHost?: string;
  /** Number of this connection, 0 to 255: it ties the birth to the death in the will. */
  readonly bdSeq: number;
  nowMs(): number;
}

export interface SessionEvents {
  /** The birth is due, as often as this is called: NBIRTH and the rest must be given before it returns. */
  onBirth(session: Session): void;
  onUnreadable(what: 'command' | 'state'): void;
}

export type Ending = 'lost' | 'host-offline' | 'stopped';

const FAREWELL_MS = 2_000;

/** One MQTT session of an edge node, from CONNECT to DISCONNECT, by the rules of Sparkplug 3.0, chapter 5. */
export class Session {
  readonly #options: SessionOptions;
  readonly #events: SessionEvents;
  readonly #client: MqttClient;
  readonly #receipts: Receipts;
  readonly #host = new HostState();
  readonly #ended: Promise<Ending>;
  #end: (ending: Ending) => void = () => {};
  #seq: number | undefined;

  private constructor(options: SessionOptions, events: SessionEvents, client: MqttClient) {
    this.#options = options;
    this.#events = events;
    this.#client = client;
    this.#receipts = new Receipts(client);
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    client.on('close', () => this.#end('lost'));
    // What a connected client has to complain about ends with its close.
    client.on('error', () => {});
    client.on('message', (topic, payload) => this.#hear(topic, payload));
  }

  /** Connected and listening. @throws Error of the client when the broker does not let us in */
  static async open(options: SessionOptions, events: SessionEvents, signal: AbortSignal): Promise<Session> {
    const { url, settings, bdSeq, primaryHost } = options;
    const client = connect(url, {
      ...settings,
      // Each session has a birth number and so a will of its own: the client must not connect again by itself.
      reconnectPeriod: 0,
      will: {
        topic: topicOf(options, 'NDEATH'),
        payload: death(bdSeq, options.nowMs()),
        // tck-id-payloads-ndeath-will-message-qos, -retain
        qos: 1,
        retain: false,
      },
    });
    const session = new Session(options, events, client);
    try {
      await connected(client, signal);
      const topics = [
        topicOf(options, 'NCMD'),
        ...(primaryHost === undefined ? [] : [stateTopic(primaryHost)]),
      ];
      // tck-id-message-flow-edge-node-ncmd-subscribe: QoS 1, before the birth.
      await client.subscribeAsync(topics, { qos: 1 });
    } catch (error) {
      await client.endAsync(true);
      throw error;
    }
    if (primaryHost === undefined) events.onBirth(session);
    return session;
  }

  get isBorn(): boolean {
    return this.#seq !== undefined && this.#client.connected;
  }

  /** tck-id-payloads-nbirth-seq: a birth begins the count anew, whatever comes after it is one more. */
  give(kind: Exclude<Kind, 'NCMD' | 'NDEATH'>, metrics: readonly Metric[], device?: string): void {
    this.#seq = kind === 'NBIRTH' ? 0 : next(this.#seq!);
    const payload = encode({ atMs: this.#options.nowMs(), metrics, seq: this.#seq });
    // Sparkplug has QoS 0 and no retain flag for births and data: tck-id-payloads-nbirth-qos, -ddata-retain and others.
    this.#client.publish(topicOf(this.#options, kind, device), payload, { qos: 0, retain: false });
  }

  /** As `Receipts.all`. */
  received(): Promise<boolean> {
    return this.#receipts.all();
  }

  /** Until the connection is lost, the primary host leaves, or `signal`; says goodbye where that is still possible. */
  async over(signal: AbortSignal): Promise<Ending> {
    const stop = () => this.#end('stopped');
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    const ending = await this.#ended;
    signal.removeEventListener('abort', stop);
    if (ending !== 'lost') await this.#leave();
    return ending;
  }

  #hear(topic: string, payload: Buffer): void {
    const { primaryHost } = this.#options;
    if (topic === topicOf(this.#options, 'NCMD')) {
      const wish = asksForRebirth(payload);
      if (wish === undefined) this.#events.onUnreadable('command');
      // tck-id-operational-behavior-data-commands-rebirth-action-2; not before the first birth was allowed.
      else if (wish && this.isBorn) this.#events.onBirth(this);
    } else if (primaryHost !== undefined && topic === stateTopic(primaryHost)) {
      if (this.#host.hear(payload)) this.#follow();
      else this.#events.onUnreadable('state');
    }
  }

  /** tck-id-message-flow-edge-node-birth-publish-phid-wait, -phid-offline */
  #follow(): void {
    if (this.#host.online && !this.isBorn) this.#events.onBirth(this);
    if (!this.#host.online && this.isBorn) this.#end('host-offline');
  }

  async #leave(): Promise<void> {
    const isV5 = this.#options.settings.protocolVersion === 5;
    if (this.isBorn) {
      const { bdSeq, nowMs } = this.#options;
      // tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath
      const said = this.#client
        .publishAsync(topicOf(this.#options, 'NDEATH'), death(bdSeq, nowMs()), { qos: 1, retain: false })
        .catch(() => {});
      await atMost(FAREWELL_MS, said);
    }
    // tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt50: 0x04 is "Disconnect with Will Message".
    await this.#client.endAsync(!this.#client.connected, isV5 && this.isBorn ? { reasonCode: 0x04 } : {});
  }
}

/** tck-id-payloads-ndeath-bdseq: the number, and nothing else. */
const death = (bdSeq: number, atMs: number): Buffer => encode({ atMs, metrics: [bdSeqMetric(bdSeq, atMs)] });

function connected(client: MqttClient, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    const settled = (settle: () => void) => {
      signal.removeEventListener('abort', stop);
      settle();
    };
    signal.addEventListener('abort', stop, { once: true });
    client.once('connect', () => settled(resolve));
    client.once('error', (error) => settled(() => reject(error)));
    client.once('close', () => settled(() => reject(new Error('the connection was closed'))));
  });
}
