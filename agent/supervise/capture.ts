import type { AuditLog } from '../audit/log.ts';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../domain/clock.ts';
import { type Pause, type PausedBy, pausesIn, SIDES } from '../governance/pause.ts';
import { type Standing, standingOf } from '../governance/standing.ts';
import type { Log } from './log.ts';

/** What is switched on and off: all cameras together. */
export interface Switch {
  start(): void;
  /** Resolves when no camera is connected any more. */
  stop(): Promise<void>;
}

export interface CaptureOptions {
  /** As it is now: papers and hours may be renewed while it runs. */
  config(): Config;
  readonly stateFolder: string;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Log;
  onChange(standing: Standing): void;
}

/** An audit log that cannot be written is tried again after this long. */
const RETRY_MS = 5_000;

/**
 * Connects cameras only while law, pause and hours allow it. What ends capture is done first and recorded then; what
 * begins it is recorded first, and does not happen when it cannot be recorded.
 */
export class Capture implements AsyncDisposable {
  readonly #cameras: Switch;
  readonly #options: CaptureOptions;
  #standing: Standing | undefined;
  /** Cameras are running. */
  #on = false;
  readonly #pressed = new Set<PausedBy>();
  /** What the audit log says. */
  readonly #recorded = { pauses: new Set<PausedBy>(), open: false, refused: '' };
  #retryUpMs = 0;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(cameras: Switch, options: CaptureOptions) {
    this.#cameras = cameras;
    this.#options = options;
  }

  /** Nothing is connected before the first `look`. */
  static async create(cameras: Switch, options: CaptureOptions): Promise<Capture> {
    const capture = new Capture(cameras, options);
    for (const by of SIDES) {
      const last = await options.audit.last(
        (entry) => (entry.event === 'pause' || entry.event === 'resume') && entry.detail.by === by,
      );
      if (last?.event === 'pause') capture.#recorded.pauses.add(by);
    }
    return capture;
  }

  /** Undefined before the first look. */
  get standing(): Standing | undefined {
    return this.#standing;
  }

  get isWatching(): boolean {
    return this.#on;
  }

  /** A pause that holds at once, while it is not on disk yet or cannot be brought there. */
  press(by: PausedBy): void {
    this.#pressed.add(by);
  }

  release(by: PausedBy): void {
    this.#pressed.delete(by);
  }

  /** Looks at papers, pauses and hours, and acts on what has changed. */
  look(): Promise<void> {
    const done = this.#turn.then(() => this.#look());
    this.#turn = done.catch(() => {});
    return done;
  }

  /** Disconnects all cameras. No `look` may follow. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn;
    this.#on = false;
    await this.#cameras.stop();
    if (this.#recorded.open) await this.#options.audit.append(closed('stopped'));
    this.#recorded.open = false;
  }

  async #look(): Promise<void> {
    const { config, clock, stateFolder } = this.#options;
    const now = clock.wallMs();
    const pauses = await pausesIn(stateFolder);
    for (const side of this.#pressed)
      if (!pauses.some(({ by }) => by === side))
        pauses.push({ by: side, sinceMs: Math.floor(now / 60_000) * 60_000 });
    const standing = standingOf(config(), pauses[0], new Date(now));
    if (this.#on && standing.state !== 'watching') {
      this.#on = false;
      await this.#cameras.stop();
      this.#become(standing);
    }
    const recorded = await this.#tryRecord(pauses, standing);
    if (standing.state === 'watching' && !this.#on) {
      if (!recorded) return this.#become({ state: 'refused', reasons: ['audit-unwritable'] });
      this.#on = true;
      this.#cameras.start();
    }
    this.#become(standing);
  }

  /** True when the audit log says all that there is to say. */
  async #tryRecord(pauses: readonly Pause[], standing: Standing): Promise<boolean> {
    const { clock, log } = this.#options;
    if (clock.upMs() < this.#retryUpMs) return false;
    try {
      await this.#record(pauses, standing);
      return true;
    } catch (error) {
      const cause = (error as NodeJS.ErrnoException).code;
      if (cause === undefined) throw error;
      this.#retryUpMs = clock.upMs() + RETRY_MS;
      log.error(
        { code: 'audit-unwritable', cause },
        'the audit log cannot be written: capture does not begin',
      );
      return false;
    }
  }

  async #record(pauses: readonly Pause[], standing: Standing): Promise<void> {
    const { audit } = this.#options;
    const said = this.#recorded;
    for (const by of SIDES) {
      const isHeld = pauses.some((pause) => pause.by === by);
      if (isHeld === said.pauses.has(by)) continue;
      await audit.append({ event: isHeld ? 'pause' : 'resume', detail: { by } });
      if (isHeld) said.pauses.add(by);
      else said.pauses.delete(by);
    }
    const reasons = standing.state === 'refused' ? [...standing.reasons] : [];
    if (reasons.join() !== said.refused) {
      if (reasons.length > 0) await audit.append({ event: 'governance-refused', detail: { reasons } });
      said.refused = reasons.join();
    }
    const isOpen = standing.state === 'watching';
    if (isOpen === said.open) return;
    await audit.append(isOpen ? { event: 'capture-opened', detail: {} } : closed(standing.state));
    said.open = isOpen;
  }

  #become(standing: Standing): void {
    if (JSON.stringify(standing) === JSON.stringify(this.#standing)) return;
    this.#standing = standing;
    this.#options.onChange(standing);
  }
}

const closed = (because: 'paused' | 'closed' | 'refused' | 'stopped') =>
  ({ event: 'capture-closed', detail: { because } }) as const;
