import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { SealedSignal } from '../../domain/aggregate.ts';
import { OperatorError } from '../../domain/errors.ts';
import { atMost } from '../at-most.ts';
import { type Connection, clientOptions } from '../connection.ts';
import { gapFor } from '../gap.ts';
import {
  type Capture,
  type GapMessage,
  gapSchema,
  type Health,
  healthSchema,
  type Signal,
  signalSchema,
} from '../messages.ts';
import type { Plant } from '../publisher.ts';
import type { Kept, Message, Queue, Sending } from '../queue.ts';
import { Reconnect } from '../reconnect.ts';
import { refusalOf } from '../refusal.ts';
import { type Leaf, leavesOf } from './leaf.ts';
import { type Metric, type MetricValue, metricsOf } from './metric.ts';
import { bdSeqMetric, rebirthMetric } from './payload.ts';
import { Session } from './session.ts';

export interface EdgeNodeOptions {
  readonly connection: Connection;
  readonly group: string;
  readonly node: string;
  readonly software: string;
  readonly zones: readonly string[];
  readonly cameras: readonly string[];
  readonly primaryHost?: string;
  readonly queue: Queue;
}

export interface EdgeNodeEvents {
  /**
   * Number of the next connection, on disk before it resolves: tck-id-topics-nbirth-bdseq-increment.
   * @throws OperatorError when it cannot be written
   */
  nextBdSeq(): Promise<number>;
  nowMs(): number;
  /** Told once per kind of trouble, not once per attempt. */
  onTrouble(trouble: { readonly code: string; readonly message: string; readonly remedy: string }): void;
}

/** How long a retained STATE may be on its way. */
const PATIENCE_MS = 2_000;
/** At the end, for what was released last. */
const LAST_MS = 2_000;

const SIGNAL_LEAVES = leavesOf(signalSchema, { without: ['schema', 'node', 'zone'] });
const GAP_LEAVES = leavesOf(z.object({ gap: gapSchema.omit({ schema: true, node: true, zone: true }) }));
/** What a host knows of a zone, as far as anybody does: its newest signal, and what was given up last. */
interface Zone {
  signal?: Signal;
  gap?: GapMessage;
}

/**
 * The node as an edge node of Sparkplug B 3.0, in a session of its own beside the plain topics, because a connection has
 * one will only. Every zone is a device, with the same metrics: the values of the newest signal, as they are in the
 * plain message. It takes sealed signals and nothing else about people.
 */
export class EdgeNode implements AsyncDisposable {
  readonly #options: EdgeNodeOptions;
  readonly #events: EdgeNodeEvents;
  #nodeLeaves: readonly Leaf[];
  #ids: readonly string[];
  /** Zones that are born in this session. */
  readonly #alive = new Set<string>();
  #bdSeq = 0;
  readonly #reconnect = new Reconnect();
  readonly #stop = new AbortController();
  #connection: Connection;
  /** Ends the session that there is. */
  #leave = () => {};
  readonly #run: Promise<void>;
  readonly #zones = new Map<string, Zone>();
  /** What the host knows of the node, by metric. */
  readonly #told = new Map<string, MetricValue>();
  #values: Record<string, unknown>;
  #session: Session | undefined;
  /** Of the last signal that came before the session was born: up to it, all is history. */
  #bornAfter = 0;
  #trouble: string | undefined;
  #draining = false;
  #drained: Promise<void> = Promise.resolve();

  constructor(options: EdgeNodeOptions, events: EdgeNodeEvents) {
    this.#options = options;
    this.#connection = options.connection;
    this.#events = events;
    this.#values = { version: options.software };
    this.#ids = options.zones;
    this.#nodeLeaves = nodeLeaves(options.cameras);
    this.#run = this.#connectAgainAndAgain();
  }

  signal(message: Message): void {
    this.#zone(message.signal.zoneId).signal = read(message.signal);
    this.#options.queue.add(message);
    this.#drain();
  }

  /** What an earlier process has left for Sparkplug, oldest first. */
  resume(kept: readonly Kept[]): void {
    for (const each of kept) if (!('gap' in each)) this.#zone(each.signal.zoneId).signal = read(each.signal);
    this.#options.queue.resume(kept);
    this.#drain();
  }

  /** Gives up what is too old. To be called now and then. */
  expire(): void {
    this.#options.queue.expire();
  }

  /** Zones and cameras are others from now on; what still waits of a zone that is gone is told before its death. */
  plant({ zones, cameras }: Plant): void {
    this.#ids = zones.map(({ id }) => id);
    this.#nodeLeaves = nodeLeaves(cameras);
    if (!this.#session?.isBorn) return;
    this.#bury();
    // tck-id-payloads-nbirth-seq, and chapter 6.4.18: metrics that are new are told by a new birth.
    this.#bear(this.#session, this.#bdSeq);
  }

  /** Login or certificates are others from now on: this session ends, and the next one begins with them. */
  async renew(connection: Connection): Promise<void> {
    this.#connection = connection;
    this.#leave();
  }

  capture(capture: Capture): void {
    this.#say({ capture });
  }

  health(body: Omit<Health, 'schema' | 'node' | 'broker'>): void {
    this.#say(body);
  }

  /** tck-id-principles-rbe-recommended: what has not changed is not said again. */
  #say(values: Record<string, unknown>): void {
    this.#values = { ...this.#values, ...values };
    if (!this.#session?.isBorn) return;
    const changed = this.#nodeMetrics().filter(({ name, value }) => this.#told.get(name) !== value);
    if (changed.length === 0) return;
    this.#remember(changed);
    this.#session.give('NDATA', changed);
  }

  #nodeMetrics(): Metric[] {
    return metricsOf(this.#values, this.#nodeLeaves, { atMs: this.#events.nowMs() });
  }

  #remember(metrics: readonly Metric[]): void {
    for (const { name, value } of metrics) this.#told.set(name, value as MetricValue);
  }

  /** tck-id-payloads-dbirth-order: the node, then every zone, then data. */
  #bear(session: Session, bdSeq: number): void {
    const atMs = this.#events.nowMs();
    const ofNode = this.#nodeMetrics();
    this.#told.clear();
    this.#remember(ofNode);
    session.give('NBIRTH', [bdSeqMetric(bdSeq, atMs), rebirthMetric(atMs), ...ofNode]);
    this.#alive.clear();
    for (const zone of this.#ids) this.#bearZone(session, zone);
  }

  #bearZone(session: Session, zone: string): void {
    const { signal, gap } = this.#zone(zone);
    const at = signal === undefined ? this.#events.nowMs() : Date.parse(signal.window.end);
    // tck-id-topics-dbirth-metric-reqs: all metrics that can ever come; those that nobody knows yet are null.
    const ofSignal = metricsOf(signal ?? {}, SIGNAL_LEAVES, { atMs: at });
    const ofGap = metricsOf({ gap }, GAP_LEAVES, { atMs: gap === undefined ? at : Date.parse(gap.to) });
    session.give('DBIRTH', [...ofSignal, ...ofGap], zone);
    this.#alive.add(zone);
  }

  /** tck-id-operational-behavior-device-ddeath: zones that are configured no more and of which nothing waits. */
  #bury(): void {
    for (const zone of this.#alive)
      if (!this.#ids.includes(zone) && !this.#options.queue.waitsFor(zone)) {
        this.#session?.give('DDEATH', [], zone);
        this.#alive.delete(zone);
        this.#zones.delete(zone);
      }
  }

  #drain(): void {
    if (!this.#draining) this.#drained = this.#empty();
  }

  async #empty(): Promise<void> {
    this.#draining = true;
    try {
      for (;;) {
        const session = this.#session;
        const sending = session?.isBorn ? this.#options.queue.take() : undefined;
        if (session === undefined || sending === undefined) return;
        const zone = 'gap' in sending ? sending.gap.zone : sending.signal.zoneId;
        // One that is configured no more has still something to say.
        if (!this.#alive.has(zone)) this.#bearZone(session, zone);
        this.#give(session, sending);
        const hasArrived = await session.received();
        sending.settle(hasArrived ? 'delivered' : 'failed');
        // Else it stays, and the next session drains again.
        if (!hasArrived) return;
        this.#bury();
      }
    } finally {
      this.#draining = false;
    }
  }

  #give(session: Session, sending: Sending): void {
    if ('gap' in sending) {
      const gap = gapFor(sending.gap, this.#options.node);
      this.#zone(gap.zone).gap = gap;
      const occasion = { atMs: Date.parse(gap.to), isHistorical: true };
      session.give('DDATA', metricsOf({ gap }, GAP_LEAVES, occasion), gap.zone);
      return;
    }
    const signal = read(sending.signal);
    // All of it, changed or not: the counts of a window are new ones even where they are the same.
    const occasion = {
      atMs: Date.parse(signal.window.end),
      isHistorical: sending.serial <= this.#bornAfter,
    };
    session.give('DDATA', metricsOf(signal, SIGNAL_LEAVES, occasion), signal.zone);
  }

  #zone(id: string): Zone {
    let zone = this.#zones.get(id);
    if (zone === undefined) {
      zone = {};
      this.#zones.set(id, zone);
    }
    return zone;
  }

  async #connectAgainAndAgain(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const session = new AbortController();
      this.#leave = () => session.abort();
      signal.addEventListener('abort', this.#leave, { once: true });
      try {
        await this.#connect(session.signal);
      } catch (error) {
        if (signal.aborted) return;
        if (session.signal.aborted) continue;
        const { code, message, remedy } =
          error instanceof OperatorError ? error : refusalOf(error as Error & { code?: unknown });
        this.#tell(code, message, remedy);
      } finally {
        signal.removeEventListener('abort', this.#leave);
      }
      await wait(this.#reconnect.nextMs(), undefined, { signal }).catch(() => {});
    }
  }

  /** One session from CONNECT to its end. @throws Error of the client, OperatorError of `nextBdSeq` */
  async #connect(signal: AbortSignal): Promise<void> {
    const { group, node, primaryHost } = this.#options;
    const connection = this.#connection;
    const { nowMs } = this.#events;
    const bdSeq = await this.#events.nextBdSeq();
    const session = await Session.open(
      {
        url: connection.url,
        settings: { ...clientOptions(connection), clientId: `micron-edge-${node}-sparkplug` },
        group,
        node,
        bdSeq,
        nowMs,
        ...(primaryHost === undefined ? {} : { primaryHost }),
      },
      {
        onBirth: (born) => {
          if (this.#session !== born) this.#bornAfter = this.#options.queue.serial;
          this.#session = born;
          this.#trouble = undefined;
          this.#bdSeq = bdSeq;
          this.#bear(born, bdSeq);
          this.#drain();
        },
        onUnreadable: (what) =>
          this.#tell(
            `unreadable-${what}`,
            `A ${what} message could not be read.`,
            'It must be Sparkplug 3.0, and only the host may write there: see the access rules of the broker.',
          ),
      },
      signal,
    );
    this.#reconnect.connected();
    const patience = setTimeout(() => session.isBorn || this.#tellOfHost(), PATIENCE_MS);
    const ending = await session.over(signal);
    clearTimeout(patience);
    this.#session = undefined;
    if (ending === 'host-offline') this.#tellOfHost();
    if (ending === 'lost')
      this.#tell('broker-unreachable', 'The connection is gone.', 'Signals wait here until it is back.');
  }

  #tellOfHost(): void {
    const { primaryHost } = this.#options;
    this.#tell(
      'host-offline',
      `The primary host ${primaryHost} is not online.`,
      'Signals wait here until it says so; check mqtt.sparkplug.primaryHost.',
    );
  }

  #tell(code: string, message: string, remedy = ''): void {
    if (code === this.#trouble) return;
    this.#trouble = code;
    this.#events.onTrouble({ code: `sparkplug-${code}`, message: `Sparkplug: ${message}`, remedy });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await atMost(LAST_MS, this.#drained);
    this.#stop.abort();
    await this.#run;
  }
}

const nodeLeaves = (cameras: readonly string[]): Leaf[] => [
  { name: 'version', type: 'String', isBin: false },
  ...leavesOf(healthSchema, { without: ['schema', 'node', 'at', 'broker'], ids: { cameras } }),
];

const read = ({ payload }: SealedSignal): Signal => signalSchema.parse(JSON.parse(payload));
