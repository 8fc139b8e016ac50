import { type ChildProcess, fork } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import {
  type Assignment,
  type CameraHealth,
  type FromCamera,
  fromCamera,
  HUNG_SIGNAL,
  SHOW_FD,
  type ToCamera,
} from '../camera/messages.ts';
import type { SheddingReason } from '../domain/load.ts';
import type { CalibrationState, QualityReason } from '../domain/quality.ts';
import type { SlotObservation } from '../domain/signal.ts';
import { DemandMeter } from './demand-meter.ts';
import { type Ailment, Liveness, LOOK_MS } from './liveness.ts';
import { QualityDay } from './quality-day.ts';
import { type Rate, RateDay } from './rate-day.ts';
import { RestartBudget } from './restart-budget.ts';
import type { Demand } from './shedding.ts';
import { SpottingDay } from './spotting-day.ts';

const ENTRY = fileURLToPath(new URL('../camera/main.js', import.meta.url));
/** Time to end ffmpeg and leave before SIGKILL: a pause must have ended capture within a second. */
const GRACE_MS = 500;

export interface CameraEvents {
  /** Whether a live view may ever be asked of it. */
  readonly viewable: boolean;
  /** The process has told how it is, and gets on with its work as far as its camera lets it. */
  onProgress(): void;
  onSlots(slots: readonly SlotObservation[]): void;
  /** It has set its spotting threshold, log odds. */
  onCalibration(minScore: number): void;
  /** Told once per change of state or code. */
  onChange(health: CameraHealth): void;
  onFailure(failure: { code: string; message: string; remedy?: string | undefined }): void;
}

/**
 * Heaps of glibc (mallopt(3), M_ARENA_MAX). By default there may be eight for each core, and what one has let go of is of
 * no use to the others: with two, a camera process takes 219 to 222 MB where it took 230, on two cores after 20 minutes.
 */
const MALLOC_ARENA_MAX = '2';

const IDLE: CameraHealth = {
  state: 'paused',
  fps: 0,
  reconnects: 0,
};
const NOTHING_SHED = { fps: undefined, reason: undefined };

/** One camera in a process of its own: started, watched, restarted with backoff, and gone when it must be gone. */
export class CameraProcess {
  readonly #assignment: () => Promise<Assignment>;
  readonly #events: CameraEvents;
  readonly #budget = new RestartBudget(() => performance.now());
  #child: ChildProcess | undefined;
  readonly #day = new QualityDay();
  readonly #spotting = new SpottingDay();
  readonly #rates = new RateDay();
  readonly #demand = new DemandMeter();
  #granted: { readonly fps: number | undefined; readonly reason: SheddingReason | undefined } = NOTHING_SHED;
  #health: CameraHealth = IDLE;
  #restarts = 0;
  #wanted = false;
  /** Counts starts and stops, so that what was begun for an earlier start can tell that it is too late. */
  #turn = 0;
  #retry: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;

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
    /** At how many pictures a second it was looked at when it was least, over a day. */
    readonly rate?: Rate;
  } {
    const rate = this.#rates.told(Date.now());
    return {
      ...this.#health,
      restarts: this.#restarts,
      poor: this.#day.before(Date.now()),
      spotting: this.#spotting.told(Date.now()),
      ...(rate && { rate }),
    };
  }

  /** What it asks for; undefined while it does not stream. */
  get demand(): Demand | undefined {
    return this.#demand.demand;
  }

  /** Lets it look so often a second from now on, also after a restart. Undefined: as often as pictures come. */
  grant(fps: number | undefined, reason: SheddingReason | undefined): void {
    const isNew = fps !== this.#granted.fps;
    this.#granted = { fps, reason };
    if (isNew) this.#tellRate();
  }

  #tellRate(): void {
    const { fps } = this.#granted;
    if (this.#child?.connected !== true) return;
    this.#child.send({ type: 'rate', ...(fps === undefined ? {} : { fps }) } satisfies ToCamera, () => {});
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
    clearInterval(this.#watch);
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
      env: { ...process.env, FFREPORT: undefined, MALLOC_ARENA_MAX },
      serialization: 'json',
      detached: true,
    });
    this.#child = child;
    // What comes while nobody looks on is nobody's.
    (child.stdio[SHOW_FD] as Readable | undefined)?.resume().on('error', () => {});
    const startedAt = performance.now();
    const liveness = new Liveness(assignment.config.inference.provider === 'cpu');
    let ailment: Ailment | undefined;
    child.on('message', (message) => this.#receive(child, liveness, message));
    const gone = (signal: NodeJS.Signals | null) => {
      clearInterval(watch);
      if (this.#child === child) this.#child = undefined;
      // A decoder whose camera shows nothing would never notice that it is alone.
      killWithDecoder(child);
      if (turn !== this.#turn) return;
      this.#restarts++;
      const code = ailment ?? (signal === HUNG_SIGNAL ? 'inference-hung' : 'process-died');
      if (this.#health.state !== 'failed') this.#become({ ...IDLE, state: 'failed', code });
      this.#scheduleRestart(performance.now() - startedAt);
    };
    child.once('exit', (_, signal) => gone(signal));
    child.on('error', ({ code }: NodeJS.ErrnoException) => {
      // One that could not be started at all has no exit (Node.js, ChildProcess, event "error").
      if (child.pid !== undefined) return;
      this.#events.onFailure({
        code: 'process-not-started',
        message: `the camera process could not be started (${code})`,
        remedy: 'Memory, number of processes, or a sandbox that forbids it.',
      });
      gone(null);
    });
    child.send(assignment, () => {});
    this.#tellRate();
    const watch = setInterval(() => {
      ailment = liveness.look();
      if (ailment !== undefined) killWithDecoder(child);
    }, LOOK_MS);
    this.#watch = watch;
  }

  #receive(child: ChildProcess, liveness: Liveness, message: unknown): void {
    const parsed = fromCamera.safeParse(message);
    if (!parsed.success) {
      this.#events.onFailure({
        code: 'protocol',
        message: 'the camera process sent something that is not allowed to leave it',
      });
      killWithDecoder(child);
      return;
    }
    liveness.spoke();
    const { data } = parsed;
    if (data.type === 'slots') this.#events.onSlots(data.slots);
    else if (data.type === 'calibration') this.#events.onCalibration(data.thresholdTenths / 10);
    else if (data.type === 'health') {
      if (liveness.worked(data.load)) this.#events.onProgress();
      this.#heard(data);
    } else {
      this.#events.onFailure(data);
      this.#become({ ...IDLE, state: 'failed', code: data.code });
    }
  }

  #heard(message: Extract<FromCamera, { type: 'health' }>): void {
    const { type: _, faceFrames, spotting, load, ...health } = message;
    const [wallMs, upMs] = [Date.now(), performance.now()];
    this.#day.add(faceFrames, wallMs);
    if (spotting !== undefined) this.#spotting.note(spotting, wallMs);
    this.#become(health);
    if (health.state !== 'streaming') return;
    this.#demand.note(load, health.fps, this.#granted.fps, upMs);
    this.#rates.note(load.looked, health.fps, this.#granted.reason, wallMs, upMs);
  }

  #become(health: CameraHealth): void {
    if (health.state !== 'streaming') {
      this.#demand.forget();
      this.#rates.interrupted();
    }
    const changed = health.state !== this.#health.state || health.code !== this.#health.code;
    this.#health = health;
    if (changed) this.#events.onChange(health);
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
