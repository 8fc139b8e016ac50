import { setTimeout as wait } from 'node:timers/promises';
import type { SealedSignal } from '../../domain/aggregate.ts';
import { OperatorError } from '../../domain/errors.ts';
import { type Connection, clientOptions } from '../connection.ts';
import { type Capture, type Health, healthSchema, type Signal, signalSchema } from '../messages.ts';
import { refusalOf } from '../refusal.ts';
import { leavesOf } from './leaf.ts';
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

interface Waiting {
  readonly signal: Signal;
  readonly onDelivered: (() => void) | undefined;
  /** The session that was up when it came. */
  readonly session: Session | undefined;
}

const RECONNECT_MS = 2_000;
/** How long a retained STATE may be on its way. */
const PATIENCE_MS = 2_000;
/** As many as the outbox of the plain topics holds. */
const MOST_WAITING = 2_000;

const SIGNAL_LEAVES = leavesOf(signalSchema, { without: ['schema', 'node', 'zone'] });

/**
 * The node as an edge node of Sparkplug B 3.0, in a session of its own beside the plain topics, because a connection has
 * one will only. Every zone is a device, with the same metrics: the values of the newest signal, as they are in the
 * plain message. It takes sealed signals and nothing else about people.
 */
export class EdgeNode implements AsyncDisposable {
  readonly #options: EdgeNodeOptions;
  readonly #events: EdgeNodeEvents;
  readonly #nodeLeaves;
  readonly #stop = new AbortController();
  readonly #run: Promise<void>;
  readonly #newest = new Map<string, Signal>();
  readonly #waiting: Waiting[] = [];
  /** What the host knows of the node, by metric. */
  readonly #told = new Map<string, MetricValue>();
  #values: Record<string, unknown>;
  #session: Session | undefined;
  #trouble: string | undefined;
  #draining = false;

  constructor(options: EdgeNodeOptions, events: EdgeNodeEvents) {
    this.#options = options;
    this.#events = events;
    this.#values = { version: options.software };
    this.#nodeLeaves = [
      { name: 'version', type: 'String' as const, isBin: false },
      ...leavesOf(healthSchema, {
        without: ['schema', 'node', 'at', 'broker'],
        ids: { cameras: options.cameras },
      }),
    ];
    this.#run = this.#connectAgainAndAgain();
  }

  /** @param onDelivered called when the broker has read it */
  signal({ payload }: SealedSignal, onDelivered?: () => void): void {
    const signal = signalSchema.parse(JSON.parse(payload));
    const session = this.#session?.isBorn ? this.#session : undefined;
    this.#newest.set(signal.zone, signal);
    this.#waiting.push({ signal, onDelivered, session });
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    void this.#drain();
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
    for (const zone of this.#options.zones) {
      const signal = this.#newest.get(zone);
      const at = signal === undefined ? atMs : Date.parse(signal.window.end);
      // tck-id-topics-dbirth-metric-reqs: all metrics that can ever come; those that nobody knows yet are null.
      session.give('DBIRTH', metricsOf(signal ?? {}, SIGNAL_LEAVES, { atMs: at }), zone);
    }
  }

  async #drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (;;) {
        const [item] = this.#waiting;
        const session = this.#session;
        if (item === undefined || !session?.isBorn) return;
        const { signal, onDelivered } = item;
        const atMs = Date.parse(signal.window.end);
        // All of it, changed or not: the counts of a window are new ones even where they are the same.
        const occasion = { atMs, isHistorical: item.session !== session };
        session.give('DDATA', metricsOf(signal, SIGNAL_LEAVES, occasion), signal.zone);
        // Else it stays, and the next session drains again.
        if (!(await session.received())) return;
        onDelivered?.();
        if (this.#waiting[0] === item) this.#waiting.shift();
      }
    } finally {
      this.#draining = false;
    }
  }

  async #connectAgainAndAgain(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#connect(signal);
      } catch (error) {
        if (signal.aborted) return;
        const { code, message, remedy } =
          error instanceof OperatorError ? error : refusalOf(error as Error & { code?: unknown });
        this.#tell(code, message, remedy);
      }
      await wait(RECONNECT_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** One session from CONNECT to its end. @throws Error of the client, OperatorError of `nextBdSeq` */
  async #connect(signal: AbortSignal): Promise<void> {
    const { connection, group, node, primaryHost } = this.#options;
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
          this.#session = born;
          this.#trouble = undefined;
          this.#bear(born, bdSeq);
          void this.#drain();
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
    this.#stop.abort();
    await this.#run;
  }
}
