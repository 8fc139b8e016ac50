import { OperatorError } from '../../domain/errors.ts';
import type { Signal, Status } from '../../publish/messages.ts';
import type { Heard } from '../read/recordings.ts';
import type { Calendar } from './calendar.ts';
import { HealthRecord } from './health.ts';
import { Incidents } from './incidents.ts';
import { ZoneRecord } from './zone.ts';

/** The definitions of success that a node said it runs with, and since when, by whose clock. */
export interface Announced {
  readonly hash: string;
  /** By the clock of who recorded it. */
  receivedMs: number | undefined;
  /** By the clock of the node. */
  statedMs: number | undefined;
}

const MOST_ZONES = 2048;
/** Reasons that are no part of how a plant works: somebody should have done something. The others are in the coverage. */
const AMISS: readonly string[] = ['budget', 'ledger'];

/** What is kept of one node: sums and spans, bounded by its zones, days and windows, not by the messages. */
export class NodeRecord {
  readonly root: string;
  readonly node: string;
  readonly zones = new Map<string, ZoneRecord>();
  readonly incidents = new Incidents();
  readonly health = new HealthRecord(this.incidents);
  /** In the order in which they were first heard. */
  readonly announced: Announced[] = [];
  readonly software = new Set<string>();
  readonly purposes = new Set<Signal['purpose']>();
  /** Days by which its windows and incidents are told. */
  readonly calendar: Calendar;
  /** Start of the newest window of each zone. */
  readonly #windowMs = new Map<string, number>();
  #statusMs = Number.NEGATIVE_INFINITY;
  #model: string | undefined;
  #modelMs = Number.NEGATIVE_INFINITY;
  #auditMs = Number.NEGATIVE_INFINITY;
  #auditSeq = 0;
  #auditHash = '';

  constructor(root: string, node: string, calendar: Calendar) {
    this.root = root;
    this.node = node;
    this.calendar = calendar;
  }

  add(heard: Heard): void {
    switch (heard.kind) {
      case 'signal':
        this.#signal(heard.body);
        break;
      case 'health':
        this.health.add(heard.body);
        this.#capture(heard.body.capture, Date.parse(heard.body.at));
        break;
      case 'status':
        this.#status(heard.body, heard.atMs);
        break;
      case 'audit':
        this.#audit(heard.body);
        break;
      case 'gap': {
        const { id, from, to, count, zone, reason } = heard.body;
        const detail = `${count} ${zone} ${reason}`;
        this.incidents.replaced(id, 'gap', Date.parse(from), Date.parse(to), detail);
        break;
      }
      case 'answer':
        break;
    }
  }

  #signal(signal: Signal): void {
    let zone = this.zones.get(signal.zone);
    if (zone === undefined) {
      if (this.zones.size === MOST_ZONES)
        throw new OperatorError(
          'config',
          'recording-too-many',
          `${this.root} has more than ${MOST_ZONES} zones.`,
        );
      zone = new ZoneRecord();
      this.zones.set(signal.zone, zone);
    }
    zone.add(signal, this.calendar);
    this.#withheld(signal);
    this.purposes.add(signal.purpose);
    const startMs = Date.parse(signal.window.start);
    if (startMs < this.#modelMs) return;
    const { hash, version } = signal.model;
    if (this.#model !== undefined && this.#model !== hash) this.incidents.at('model', startMs, version);
    this.#model = hash;
    this.#modelMs = startMs;
  }

  #withheld(signal: Signal): void {
    const { zone } = signal;
    const startMs = Date.parse(signal.window.start);
    // One that comes again, or late, says nothing about now.
    if (startMs <= (this.#windowMs.get(zone) ?? Number.NEGATIVE_INFINITY)) return;
    this.#windowMs.set(zone, startMs);
    const reason = signal.state === 'withheld' ? signal.reason : '';
    this.incidents.state(
      `windows of ${zone}`,
      startMs,
      AMISS.includes(reason) ? { kind: 'withheld', detail: `${zone} ${reason}` } : undefined,
    );
  }

  #status({ state, at, version, kpi, capture }: Status, receivedMs: number | undefined): void {
    const statedMs = at === undefined ? undefined : Date.parse(at);
    if (kpi !== undefined) this.#announce(kpi, receivedMs, statedMs);
    if (this.software.size > 0 && !this.software.has(version) && state === 'online')
      this.incidents.at('software', statedMs ?? receivedMs ?? 0, version);
    this.software.add(version);
    // A last will has no time of its own: that of its receipt, or that of what came before it.
    const atMs = statedMs ?? receivedMs ?? this.#statusMs;
    if (atMs < this.#statusMs || !Number.isFinite(atMs)) return;
    this.#statusMs = atMs;
    this.incidents.state('node', atMs, state === 'offline' ? { kind: 'offline' } : undefined);
    if (capture !== undefined) this.#capture(capture, atMs);
  }

  #announce(hash: string, receivedMs: number | undefined, statedMs: number | undefined): void {
    const earlier = (a: number | undefined, b: number | undefined) =>
      a === undefined ? b : b === undefined ? a : Math.min(a, b);
    const known = this.announced.find((each) => each.hash === hash);
    if (known === undefined) {
      if (this.announced.length > 0) this.incidents.at('kpi', statedMs ?? receivedMs ?? 0, hash.slice(0, 16));
      if (this.announced.length < 100) this.announced.push({ hash, receivedMs, statedMs });
      return;
    }
    known.receivedMs = earlier(known.receivedMs, receivedMs);
    known.statedMs = earlier(known.statedMs, statedMs);
  }

  #capture(capture: NonNullable<Status['capture']>, atMs: number): void {
    const wrong = (): Parameters<Incidents['state']>[2] => {
      if (capture.state === 'paused') return { kind: 'paused', detail: capture.by };
      if (capture.state === 'refused') return { kind: 'refused', detail: capture.reasons.join(', ') };
      return undefined;
    };
    this.incidents.state('capture', atMs, wrong());
  }

  /** Numbers only grow, and a number has one hash: otherwise the log was begun anew or rewritten. */
  #audit({ seq, hash, at }: { seq: number; hash: string; at: string }): void {
    const atMs = Date.parse(at);
    if (atMs < this.#auditMs) return;
    const again = seq === this.#auditSeq && hash !== this.#auditHash;
    if (this.#auditHash !== '' && (seq < this.#auditSeq || again))
      this.incidents.at('audit', atMs, String(seq));
    this.#auditMs = atMs;
    this.#auditSeq = seq;
    this.#auditHash = hash;
  }
}

const MOST_NODES = 4096;

/** Nodes by their root topic, as they come up in the recordings. */
export class NodeRecords {
  readonly byRoot = new Map<string, NodeRecord>();
  readonly #calendarOf: (root: string) => Calendar;

  constructor(calendarOf: (root: string) => Calendar) {
    this.#calendarOf = calendarOf;
  }

  take(heard: Heard): void {
    const { root, body } = heard;
    let record = this.byRoot.get(root);
    if (record === undefined) {
      if (this.byRoot.size === MOST_NODES)
        throw new OperatorError('config', 'recording-too-many', `There are more than ${MOST_NODES} nodes.`);
      record = new NodeRecord(root, body.node, this.#calendarOf(root));
      this.byRoot.set(root, record);
    }
    record.add(heard);
  }
}
