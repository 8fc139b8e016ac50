import type { QualityReason } from '../../domain/quality.ts';
import type { Health } from '../../publish/messages.ts';
import type { Day } from './calendar.ts';
import type { Incidents } from './incidents.ts';

type CameraHealth = Health['cameras'][number];

/** What health says of one camera, over the whole recording. */
export interface CameraRecord {
  /** Time by state, milliseconds. */
  readonly states: Map<CameraHealth['state'], number>;
  /** Time by frames per second while it streamed, milliseconds. */
  readonly fps: Map<number, number>;
  /** Days (UTC) on which less than half of the face time counted, by what kept most of it from counting. */
  readonly poor: Map<QualityReason, Set<Day>>;
  /** Days (UTC) of which that is known. */
  readonly judged: Set<Day>;
  reconnects: number;
  restarts: number;
}

/** States in which a camera is as it should be, or off because it shall be. */
const WELL: readonly CameraHealth['state'][] = ['streaming', 'starting', 'connecting', 'paused'];
/** Longer between two messages is silence. */
const SILENCE_MS = 300_000;
const DAY_MS = 86_400_000;
/** UTC day before. */
const dayBefore = (ms: number): Day => new Date(ms - DAY_MS).toISOString().slice(0, 10);

/** Health messages of one node, in the order in which they came. */
export class HealthRecord {
  readonly cameras = new Map<string, CameraRecord>();
  messages = 0;
  /** Older than one before them: a file in the wrong place, or a clock set back. */
  backward = 0;
  restarts = 0;
  discarded = 0;
  brokerReconnects = 0;
  /** Time that health covers, milliseconds. */
  coveredMs = 0;
  watchingMs = 0;
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;
  #last: Health | undefined;
  readonly #incidents: Incidents;

  constructor(incidents: Incidents) {
    this.#incidents = incidents;
  }

  add(health: Health): void {
    const atMs = Date.parse(health.at);
    if (atMs === this.lastMs) return;
    this.messages++;
    if (atMs < this.lastMs) {
      this.backward++;
      return;
    }
    const last = this.#last;
    const passedMs = last === undefined ? 0 : atMs - this.lastMs;
    const silent = passedMs > SILENCE_MS;
    if (silent) this.#incidents.between('silence', this.lastMs, atMs);
    else if (last !== undefined) this.#spend(last, passedMs);
    const restarted = last !== undefined && health.uptimeS < last.uptimeS;
    if (restarted) {
      this.restarts++;
      this.#incidents.at('restart', atMs - health.uptimeS * 1000);
    }
    const more = (now: number, before: number | undefined) =>
      before === undefined ? 0 : restarted || now < before ? now : now - before;
    const lost = more(health.broker.discarded, last?.broker.discarded);
    if (lost > 0) this.#incidents.at('discarded', atMs, String(lost));
    this.discarded += lost;
    this.brokerReconnects += more(health.broker.reconnects, last?.broker.reconnects);
    const before = new Map(last?.cameras.map((camera) => [camera.id, camera]));
    for (const camera of health.cameras) {
      const record = this.#camera(camera.id);
      record.reconnects += more(camera.reconnects, before.get(camera.id)?.reconnects);
      record.restarts += more(camera.restarts, before.get(camera.id)?.restarts);
      this.#judge(record, camera, atMs);
      const wrong = !WELL.includes(camera.state) || camera.code !== undefined;
      this.#incidents.state(
        `camera ${camera.id}`,
        atMs,
        wrong ? { kind: 'camera', camera: camera.id, detail: camera.code ?? camera.state } : undefined,
      );
      // Of the 24 hours before: told a day longer than it was so.
      const { shedding } = camera.rate ?? {};
      this.#incidents.state(
        `rate of ${camera.id}`,
        atMs,
        shedding === undefined ? undefined : { kind: 'slowed', camera: camera.id, detail: shedding },
      );
    }
    this.#last = health;
    this.firstMs = Math.min(this.firstMs, atMs);
    this.lastMs = atMs;
  }

  #spend({ cameras, capture }: Health, ms: number): void {
    this.coveredMs += ms;
    if (capture.state === 'watching') this.watchingMs += ms;
    for (const { id, state, fps } of cameras) {
      const record = this.#camera(id);
      record.states.set(state, (record.states.get(state) ?? 0) + ms);
      if (state === 'streaming') record.fps.set(fps, (record.fps.get(fps) ?? 0) + ms);
    }
  }

  #judge(record: CameraRecord, { poor }: CameraHealth, atMs: number): void {
    const day = dayBefore(atMs);
    record.judged.add(day);
    for (const reason of poor) {
      const days = record.poor.get(reason) ?? new Set();
      days.add(day);
      record.poor.set(reason, days);
    }
  }

  #camera(id: string): CameraRecord {
    let record = this.cameras.get(id);
    if (record === undefined) {
      record = {
        states: new Map(),
        fps: new Map(),
        poor: new Map(),
        judged: new Set(),
        reconnects: 0,
        restarts: 0,
      };
      this.cameras.set(id, record);
    }
    return record;
  }
}
