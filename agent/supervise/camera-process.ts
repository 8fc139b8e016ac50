import { type ChildProcess, fork } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import {
  type Assignment,
  type CameraHealth,
  fromCamera,
  SHOW_FD,
  type ToCamera,
} from '../camera/messages.ts';
import type { CalibrationState, QualityReason } from '../domain/quality.ts';
import type { SlotObservation } from '../domain/signal.ts';
import { QualityDay } from './quality-day.ts';
import { RestartBudget } from './restart-budget.ts';
import { SpottingDay } from './spotting-day.ts';

const ENTRY = fileURLToPath(new URL('../camera/main.js', import.meta.url));
/** A camera process reports every second; this long without a word and it is taken for hung. Covers loading the model. */
const SILENCE_MS = 20_000;
/** Time to end ffmpeg and leave before SIGKILL: a pause must have ended capture within a second. */
const GRACE_MS = 500;

export interface CameraEvents {
  /** Whether a live view may ever be asked of it. */
  readonly viewable: boolean;
  /** The process lives: it has told how it is. */
  onWord(): void;
  onSlots(slots: readonly SlotObservation[]): void;
  /** It has set its spotting threshold, log odds. */
  onCalibration(minScore: number): void;
  /** Told once per change of state or code. */
  onChange(health: CameraHealth): void;
  onFailure(failure: { code: string; message: string; remedy?: string | undefined }): void;
}

const IDLE: CameraHealth = {
  state: 'paused',
  fps: 0,
  reconnects: 0,
};

/** One camera in a process of its own: started, watched, restarted with backoff, and gone when it must be gone. */
export class CameraProcess {
  readonly #assignment: () => Promise<Assignment>;
  readonly #events: CameraEvents;
  readonly #budget = new RestartBudget(() => performance.now());
  #child: ChildProcess | undefined;
  readonly #day = new QualityDay();
  readonly #spotting = new SpottingDay();
  #health: CameraHealth = IDLE;
  #restarts = 0;
  #wanted = false;
  /** Counts starts and stops, so that what was begun for an earlier start can tell that it is too late. */
  #turn = 0;
  #retry: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;

  constructor(assignment: () => Promise<Assignment>, events: CameraEvents) {
    this.#assignment = assignment;
    this.#events = events;
  }

  get health(): CameraHealth & {
    readonly restarts: number;
    /** What kept most face time of the day before from counting. */
    readonly poor: readonly QualityReason[];
    /** How its calibration stood when the day began. */
    readonly spotting?: CalibrationState;
  } {
    return {
      ...this.#health,
      restarts: this.#restarts,
      poor: this.#day.before(Date.now()),
      spotting: this.#spotting.told(Date.now()),
    };
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#turn++;
    void this.#launch();
  }

  /** Resolves when the process, and with it its ffmpeg, is gone. */
  async stop(): Promise<void> {
    this.#wanted = false;
    this.#turn++;
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    const child = this.#child;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.send({ type: 'stop' }, () => {});
      const kill = setTimeout(() => killWithDecoder(child), GRACE_MS);
      await gone;
      clearTimeout(kill);
    }
    this.#become({ ...IDLE, reconnects: this.#health.reconnects });
  }

  /**
   * Begins to encode masked frames, until the function that it returns is called. Undefined when there is no process now.
   *
   * @param onGone the process has ended, and the view with it
   */
  show(
    view: Omit<Extract<ToCamera, { type: 'show' }>, 'type'>,
    onBytes: (bytes: Buffer) => void,
    onGone: () => void,
  ): (() => void) | undefined {
    const child = this.#child;
    const pipe = child?.stdio[SHOW_FD] as Readable | null | undefined;
    if (child === undefined || !child.connected || pipe === undefined || pipe === null) return undefined;
    pipe.on('data', onBytes);
    child.once('exit', onGone);
    child.send({ type: 'show', ...view } satisfies ToCamera, () => {});
    return () => {
      pipe.off('data', onBytes);
      child.off('exit', onGone);
      if (child.connected) child.send({ type: 'hide' } satisfies ToCamera, () => {});
    };
  }

  /** Ends and starts it, so that it asks for its assignment again; not when it is off, or is switched meanwhile. */
  async renew(): Promise<void> {
    if (!this.#wanted) return;
    const stopped = this.stop();
    const turn = this.#turn;
    await stopped;
    if (turn === this.#turn) this.start();
  }

  async #launch(): Promise<void> {
    const turn = this.#turn;
    this.#become({ ...IDLE, state: 'starting' });
    let assignment: Assignment;
    try {
      assignment = await this.#assignment();
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#events.onFailure({
        code: 'assignment',
        message: error instanceof Error ? error.message : String(error),
      });
      this.#become({ ...IDLE, state: 'failed', code: 'assignment' });
      this.#scheduleRestart(0);
      return;
    }
    if (turn !== this.#turn) return;
    // stdout and stderr are not passed on: what a native library prints there is nobody's to check for secrets.
    // Detached: process and decoder are a group of their own, and end together.
    const child = fork(ENTRY, [], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc', ...(this.#events.viewable ? (['pipe'] as const) : [])],
      // The muxer of the live view hands its environment on, and with this FFmpeg would write a log file.
      env: { ...process.env, FFREPORT: undefined },
      serialization: 'json',
      detached: true,
    });
    this.#child = child;
    // What comes while nobody looks on is nobody's.
    (child.stdio[SHOW_FD] as Readable | undefined)?.resume().on('error', () => {});
    const startedAt = performance.now();
    child.on('message', (message) => this.#receive(child, message));
    child.once('error', () => {});
    child.once('exit', () => {
      clearTimeout(this.#silence);
      if (this.#child === child) this.#child = undefined;
      // A decoder whose camera shows nothing would never notice that it is alone.
      killWithDecoder(child);
      if (turn !== this.#turn) return;
      this.#restarts++;
      if (this.#health.state !== 'failed') this.#become({ ...IDLE, state: 'failed', code: 'process-died' });
      this.#scheduleRestart(performance.now() - startedAt);
    });
    child.send(assignment, () => {});
    this.#expectWord(child);
  }

  #receive(child: ChildProcess, message: unknown): void {
    const parsed = fromCamera.safeParse(message);
    if (!parsed.success) {
      this.#events.onFailure({
        code: 'protocol',
        message: 'the camera process sent something that is not allowed to leave it',
      });
      killWithDecoder(child);
      return;
    }
    this.#expectWord(child);
    const { data } = parsed;
    if (data.type === 'slots') this.#events.onSlots(data.slots);
    else if (data.type === 'calibration') this.#events.onCalibration(data.thresholdTenths / 10);
    else if (data.type === 'health') {
      const { type: _, faceFrames, spotting, ...health } = data;
      this.#day.add(faceFrames, Date.now());
      if (spotting !== undefined) this.#spotting.note(spotting, Date.now());
      this.#events.onWord();
      this.#become(health);
    } else {
      this.#events.onFailure(data);
      this.#become({ ...IDLE, state: 'failed', code: data.code });
    }
  }

  #become(health: CameraHealth): void {
    const changed = health.state !== this.#health.state || health.code !== this.#health.code;
    this.#health = health;
    if (changed) this.#events.onChange(health);
  }

  #expectWord(child: ChildProcess): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => killWithDecoder(child), SILENCE_MS);
  }

  #scheduleRestart(ranMs: number): void {
    const { waitMs, exhausted } = this.#budget.died(ranMs);
    if (exhausted)
      this.#events.onFailure({
        code: 'restarts-exhausted',
        message: `this camera has failed too often: the next attempt is in ${waitMs / 60_000} minutes`,
        remedy: 'The reason stands in the lines before.',
      });
    this.#retry = setTimeout(() => void this.#launch(), waitMs);
  }
}

function killWithDecoder({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Nobody is left in the group.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
