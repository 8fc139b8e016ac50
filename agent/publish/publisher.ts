import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { atMost } from './at-most.ts';
import { type Command, readCommand, type Unreadable } from './command.ts';
import { type Connection, clientOptions } from './connection.ts';
import type { Announcement } from './discovery.ts';
import { gapFor } from './gap.ts';
import {
  type Answer,
  answerSchema,
  auditSchema,
  type Capture,
  type Health,
  healthSchema,
  type Reloaded,
  type Status,
  statusSchema,
} from './messages.ts';
import { Outbox } from './outbox.ts';
import type { Kept, Message, Queue } from './queue.ts';
import { Reconnect } from './reconnect.ts';
import { refusalOf } from './refusal.ts';
import { gapTopic, rootOf, signalTopic, TOPICS } from './topics.ts';

export interface PublisherOptions {
  readonly connection: Connection;
  readonly baseTopic: string;
  readonly node: string;
  readonly software: string;
  readonly queue: Queue;
  /** SHA-256 of the definitions of success, where there are some; `status` says it. */
  readonly kpi?: string;
  /** Said after each connect, retained. */
  readonly announcement?: Announcement;
  readonly reconnect?: Pick<Reconnect, 'connected' | 'nextMs'>;
}

/** What there is to tell of, as configured. */
export interface Plant {
  readonly zones: readonly { readonly id: string; readonly name: string; readonly headCount: number }[];
  readonly cameras: readonly string[];
  readonly announcement?: Announcement;
}

export interface PublisherEvents {
  onConnected(): void;
  /** Told once per kind of trouble, not once per attempt. */
  onTrouble(trouble: { readonly code: string; readonly message: string; readonly remedy: string }): void;
  onCommand(command: Command | Unreadable): void;
}

/** At the end: for what was released last, and for the goodbye. */
const FAREWELL_MS = 2_000;

/**
 * The only way to the network for anything that this box has to say, and for the two words that it listens to. Topics
 * are in `topics.ts`; all QoS 1, and `status` has a last will.
 */
export class Publisher implements AsyncDisposable {
  readonly #reconnect: Pick<Reconnect, 'connected' | 'nextMs'>;
  #connection: Connection;
  #client: MqttClient;
  readonly #options: PublisherOptions;
  readonly #events: PublisherEvents;
  readonly #root: string;
  #outbox: Outbox;
  #capture: Capture | undefined;
  #reload: Reloaded | undefined;
  #announcement: Announcement | undefined;
  #auditHead: { seq: number; hash: string } | undefined;
  #connects = 0;
  #trouble: string | undefined;
  #ending = false;
  /** The connection ends because we end it. */
  #leaving = false;

  constructor(options: PublisherOptions, events: PublisherEvents) {
    this.#options = options;
    this.#events = events;
    this.#root = rootOf(options);
    this.#announcement = options.announcement;
    this.#reconnect = options.reconnect ?? new Reconnect();
    this.#connection = options.connection;
    [this.#client, this.#outbox] = this.#open();
  }

  #open(): [MqttClient, Outbox] {
    const options = this.#options;
    const connection = this.#connection;
    const settings: IClientOptions = {
      ...clientOptions(connection),
      clientId: `micron-edge-${options.node}`,
      // Drawn anew at each close, below; 0 would mean never.
      reconnectPeriod: 1,
      will: {
        topic: `${this.#root}/${TOPICS.status.path}`,
        payload: Buffer.from(JSON.stringify(this.#status('offline'))),
        qos: 1,
        retain: TOPICS.status.retain,
      },
    };
    const client = connect(connection.url, settings);
    // Before the client's own listener, which sets its timer by this.
    client.prependListener('close', () => {
      client.options.reconnectPeriod = this.#reconnect.nextMs();
    });
    client.on('connect', () => this.#reconnect.connected());
    const outbox = new Outbox({
      client,
      queue: options.queue,
      letter: (sending) =>
        'gap' in sending
          ? {
              topic: `${this.#root}/${gapTopic(sending.gap.zone)}`,
              payload: JSON.stringify(gapFor(sending.gap, options.node)),
            }
          : {
              topic: `${this.#root}/${signalTopic(sending.signal.zoneId)}`,
              payload: sending.signal.payload,
            },
      onRefused: (reason) =>
        this.#tell({
          code: 'broker-refuses-signals',
          message: `The broker does not take signals (reason code ${reason}).`,
          remedy: `Let this login write to ${this.#root}/#.`,
        }),
      onSilence: () =>
        this.#tell({
          code: 'broker-silent',
          message: 'The broker takes a signal and does not acknowledge it.',
          remedy: 'Is it overloaded, or is something between that loses what it says? The log of the broker.',
        }),
    });
    client.on('connect', () => this.#connected());
    client.on('message', (topic, payload, { retain }) => {
      if (topic === `${this.#root}/${TOPICS.command.path}`)
        this.#events.onCommand(readCommand(payload, retain));
    });
    client.on('error', (error) => {
      // Of a connection that we have ended ourselves nobody need know how it ended.
      if (!this.#leaving && client === this.#client) this.#tell(refusalOf(error));
    });
    client.on('close', () => {
      if (this.#leaving || this.#trouble !== undefined || this.#connects === 0) return;
      this.#tell({
        code: 'broker-unreachable',
        message: 'The connection to the broker is gone.',
        remedy: 'Signals wait here until it is back.',
      });
    });
    return [client, outbox];
  }

  /** Login or certificates are others from now on: leaves, so that no last will is published, and comes back with them. */
  async renew(connection: Connection): Promise<void> {
    this.#connection = connection;
    if (this.#leaving) return;
    this.#leaving = true;
    const client = this.#client;
    this.#outbox.close();
    await atMost(FAREWELL_MS, client.endAsync(!client.connected));
    client.stream.destroy();
    if (this.#ending) return;
    this.#leaving = false;
    // What was wrong with the old ones may be so with the new ones, and is then to be told again.
    this.#trouble = undefined;
    [this.#client, this.#outbox] = this.#open();
  }

  /** For those on the box; over the broker itself it would say nothing. */
  get condition(): Health['broker'] & { readonly connected: boolean; readonly trouble?: string } {
    const connected = this.#client.connected;
    const trouble = this.#trouble;
    return { ...this.state, connected, ...(trouble === undefined || connected ? {} : { trouble }) };
  }

  get state(): Health['broker'] {
    return {
      reconnects: Math.max(0, this.#connects - 1),
      waiting: this.#options.queue.waiting,
      discarded: this.#options.queue.discarded,
    };
  }

  signal(message: Message): void {
    this.#options.queue.add(message);
    void this.#outbox.drain();
  }

  /** What an earlier process has left for the plain topics, oldest first. */
  resume(kept: readonly Kept[]): void {
    this.#options.queue.resume(kept);
    void this.#outbox.drain();
  }

  /** Gives up what is too old. To be called now and then. */
  expire(): void {
    this.#options.queue.expire();
  }

  /** Retained, so that whoever asks later learns it too. */
  capture(capture: Capture): void {
    this.#capture = capture;
    this.#announce();
  }

  /** What became of a reload; retained with the capture. */
  reloaded(reload: Reloaded): void {
    this.#reload = reload;
    this.#announce();
  }

  /** Zones and cameras are others from now on. */
  plant({ announcement }: Plant): void {
    this.#announcement = announcement;
    if (this.#client.connected) this.#introduce();
  }

  /** Retained. To be called whenever it may have changed. */
  auditHead(head: { readonly seq: number; readonly hash: string }): void {
    if (head.seq === this.#auditHead?.seq) return;
    this.#auditHead = head;
    this.#announceAudit();
  }

  /** Only while connected, as health: nobody waits for an answer of yesterday. */
  answer(body: Omit<Answer, 'schema' | 'node'>): void {
    const message = answerSchema.parse({ schema: 'micron-edge/answer/1', node: this.#options.node, ...body });
    this.#say('answer', message);
  }

  /** Only while connected: yesterday's health helps nobody. */
  health(body: Omit<Health, 'schema' | 'node' | 'broker'>): void {
    const message = healthSchema.parse({
      schema: 'micron-edge/health/1',
      node: this.#options.node,
      ...body,
      broker: this.state,
    });
    this.#say('health', message);
  }

  #connected(): void {
    this.#connects++;
    this.#trouble = undefined;
    this.#events.onConnected();
    // In MQTT 5 `rap` keeps the retain flag on what is passed on at once, so that it can be refused then already.
    this.#client.subscribe(
      `${this.#root}/${TOPICS.command.path}`,
      { qos: 1, rap: true },
      (error, granted) => {
        const refused = granted?.some(({ qos }) => qos >= 0x80);
        if ((error === null && !refused) || !this.#client.connected) return;
        this.#tell({
          code: 'broker-refuses-commands',
          message: 'The broker does not let this login read its commands.',
          remedy: `Let it read ${this.#root}/command; until then pause with: micron-edge pause`,
        });
      },
    );
    this.#announce();
    this.#announceAudit();
    this.#introduce();
    this.#outbox.open();
  }

  #introduce(): void {
    const announcement = this.#announcement;
    if (announcement !== undefined)
      this.#client.publish(announcement.topic, announcement.payload, { qos: 1, retain: true });
  }

  #announce(): void {
    this.#say('status', this.#status('online', new Date()));
  }

  #announceAudit(): void {
    if (this.#auditHead === undefined) return;
    const { node } = this.#options;
    const { seq, hash } = this.#auditHead;
    const at = new Date().toISOString();
    this.#say('audit', auditSchema.parse({ schema: 'micron-edge/audit/1', node, at, seq, hash }));
  }

  #say(name: 'status' | 'health' | 'audit' | 'answer', message: object): void {
    if (!this.#client.connected) return;
    const { path, retain } = TOPICS[name];
    this.#client.publish(`${this.#root}/${path}`, JSON.stringify(message), { qos: 1, retain });
  }

  #tell(trouble: { code: string; message: string; remedy: string }): void {
    if (trouble.code === this.#trouble) return;
    this.#trouble = trouble.code;
    this.#events.onTrouble(trouble);
  }

  #status(state: Status['state'], at?: Date): Status {
    return statusSchema.parse({
      schema: 'micron-edge/status/1',
      node: this.#options.node,
      state,
      ...(state === 'online' && this.#capture !== undefined ? { capture: this.#capture } : {}),
      ...(state === 'online' && this.#reload !== undefined ? { reload: this.#reload } : {}),
      ...(at === undefined ? {} : { at: at.toISOString() }),
      ...(this.#options.kpi === undefined ? {} : { kpi: this.#options.kpi }),
      version: this.#options.software,
    });
  }

  /** Says goodbye where it can: a retained "offline", then the end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending = this.#leaving = true;
    await atMost(FAREWELL_MS, this.#outbox.rested());
    // Not that a message which nobody acknowledges keeps us here; it is in the queue, and the queue in the ledger.
    this.#outbox.close();
    let isSaid = false;
    if (this.#client.connected) {
      const farewell = this.#client.publishAsync(
        `${this.#root}/${TOPICS.status.path}`,
        JSON.stringify(this.#status('offline', new Date())),
        { qos: 1, retain: TOPICS.status.retain },
      );
      await atMost(
        FAREWELL_MS,
        farewell.then(
          () => {
            isSaid = true;
          },
          () => {},
        ),
      );
    }
    // With a DISCONNECT, so that the broker drops the last will: it would say the same once more, but without its time.
    await this.#client.endAsync(!isSaid);
  }
}
