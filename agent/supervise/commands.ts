import type { AuditLog } from '../audit/log.ts';
import type { Clock } from '../domain/clock.ts';
import { hold, lift, type PausedBy, pausesIn } from '../governance/pause.ts';
import type { Command, Unreadable } from '../publish/command.ts';
import type { Answer } from '../publish/messages.ts';
import type { Capture } from './capture.ts';
import type { Log } from './log.ts';

type Outcome = Pick<Answer, 'accepted' | 'reason' | 'reload'>;
/** From where a command came: each side lifts its own pause and no other. */
export type Side = Exclude<PausedBy, 'local'>;

export interface CommandOptions {
  readonly stateFolder: string;
  readonly capture: Capture;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Log;
  reload(): Promise<Outcome>;
  answer(outcome: Outcome & Pick<Answer, 'command' | 'id'>): void;
}

/** Two resumes must be this far apart, so that nobody can wear out cameras and disk by switching. A pause always holds. */
const RESUME_MS = 5_000;
/** And two reloads. */
const RELOAD_MS = 5_000;
const REPORT_MS = 60_000;
/** Commands that may wait for the one before. Of more, only that one was a pause is kept. */
const MOST_WAITING = 32;

/** Pause and resume as they come over MQTT and from the local page, one after the other. */
export class Commands {
  readonly #options: CommandOptions;
  readonly #refused = new Map<string, number>();
  #reportUpMs = Number.NEGATIVE_INFINITY;
  #resumedUpMs = Number.NEGATIVE_INFINITY;
  #reloadedUpMs = Number.NEGATIVE_INFINITY;
  #waiting = 0;
  #owesPause: Side | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: CommandOptions) {
    this.#options = options;
  }

  receive(command: Command | Unreadable, by: Side = 'mqtt'): void {
    if (typeof command === 'object' && command.command === 'reload') {
      this.#reload(command);
      return;
    }
    const isPause = typeof command === 'object' && command.command === 'pause';
    if (this.#waiting >= MOST_WAITING) {
      if (isPause) this.#owesPause ??= by;
      return;
    }
    this.#waiting++;
    this.#turn = this.#turn
      .then(() => this.#answer(command, by))
      .catch((error: unknown) =>
        this.#options.log.error({ code: (error as NodeJS.ErrnoException).code }, 'a command failed'),
      )
      .finally(() => {
        this.#waiting--;
        const owed = this.#owesPause;
        if (this.#waiting > 0 || owed === undefined) return;
        this.#owesPause = undefined;
        this.receive({ command: 'pause' }, owed);
      });
  }

  /** Puts refused commands into the audit log, at most once a minute. To be called now and then. */
  async report(): Promise<void> {
    const { clock, audit } = this.#options;
    if (this.#refused.size === 0 || clock.upMs() - this.#reportUpMs < REPORT_MS) return;
    this.#reportUpMs = clock.upMs();
    for (const [reason, times] of [...this.#refused]) {
      this.#refused.delete(reason);
      await audit.append({ event: 'command-refused', detail: { reason, times } });
    }
  }

  /** Beside the others: reading files may take long, and a pause must not wait for it. */
  #reload(command: Command): void {
    const { clock, log, reload } = this.#options;
    const isSoon = clock.upMs() - this.#reloadedUpMs < RELOAD_MS;
    if (!isSoon) this.#reloadedUpMs = clock.upMs();
    const outcome = isSoon ? Promise.resolve<Outcome>({ accepted: false, reason: 'too-soon' }) : reload();
    void outcome
      .then((each) => this.#tell(command, each))
      .catch((error: unknown) =>
        log.error({ code: (error as NodeJS.ErrnoException).code }, 'a reload failed'),
      );
  }

  async #answer(command: Command | Unreadable, by: Side): Promise<void> {
    const isText = typeof command === 'string';
    const outcome: Outcome = isText
      ? { accepted: false, reason: command }
      : command.command === 'pause'
        ? await this.#pause(by)
        : await this.#resume(by);
    await this.#tell(command, outcome);
  }

  async #tell(command: Command | Unreadable, outcome: Outcome): Promise<void> {
    // So that the answer says how things stand afterwards.
    await this.#options.capture.look();
    const { reason } = outcome;
    if (reason !== undefined) {
      this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
      await this.report();
    }
    if (typeof command === 'string') return this.#options.answer(outcome);
    const { command: name, id } = command;
    this.#options.answer({ ...outcome, command: name, ...(id === undefined ? {} : { id }) });
  }

  async #pause(by: Side): Promise<Outcome> {
    const { capture, stateFolder, log } = this.#options;
    // Ends capture at once; a slow disk must not keep it going.
    capture.press(by);
    await capture.look();
    try {
      await hold(stateFolder, by);
    } catch (error) {
      log.error({ code: (error as NodeJS.ErrnoException).code }, 'a pause is not on disk, but it holds');
      return { accepted: false, reason: 'not-recorded' };
    }
    capture.release(by);
    return { accepted: true };
  }

  async #resume(by: Side): Promise<Outcome> {
    const { capture, stateFolder, clock } = this.#options;
    if ((await pausesIn(stateFolder)).some((pause) => pause.by === 'local'))
      return { accepted: false, reason: 'paused-locally' };
    if (clock.upMs() - this.#resumedUpMs < RESUME_MS) return { accepted: false, reason: 'too-soon' };
    this.#resumedUpMs = clock.upMs();
    await lift(stateFolder, by);
    capture.release(by);
    return { accepted: true };
  }
}
