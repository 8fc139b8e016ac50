import type { AuditLog } from '../audit/log.ts';
import { fingerprint } from '../config/fingerprint.ts';
import type { HeldFiles } from '../config/held-files.ts';
import { dotted } from '../config/problem.ts';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../domain/clock.ts';
import { OperatorError } from '../domain/errors.ts';
import { judge } from '../governance/gate.ts';
import { connectionOf } from '../publish/configured.ts';
import type { Connection } from '../publish/connection.ts';
import type { Answer, Reloaded } from '../publish/messages.ts';
import type { Log } from './log.ts';
import { brokenBy, type Reload, reloadOf, withFiles } from './reload.ts';

/** Who has asked: SIGHUP on this machine, or a command over MQTT. */
export type ReloadedBy = 'local' | 'mqtt';

export interface ReloadsOptions {
  readonly config: Config;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Log;
  /** The configuration as it is on disk now. @throws OperatorError when it cannot be used, or is not allowed */
  read(): Promise<Config>;
  /** Undefined where nobody may change them. */
  readonly files?: Pick<HeldFiles, 'changes'> | undefined;
  /**
   * `running` is the new configuration already. May take its time: nobody waits for it.
   *
   * @param connection to the broker, where that is another one
   */
  apply(reload: Reload, connection: Connection | undefined): Promise<void>;
  /** For status, retained. */
  onReloaded(reloaded: Reloaded): void;
}

export type ReloadOutcome = Pick<Answer, 'accepted' | 'reason'> & { readonly reload?: Reloaded };

/**
 * Takes up a changed configuration, as far as that goes without a restart. Recorded first, as everything that may begin
 * capture; one that is wrong or not allowed leaves the running one in place.
 */
export class Reloads {
  readonly #options: ReloadsOptions;
  #running: Config;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ReloadsOptions) {
    this.#options = options;
    this.#running = options.config;
  }

  get running(): Config {
    return this.#running;
  }

  /** One after the other. */
  reload(by: ReloadedBy): Promise<ReloadOutcome> {
    const done = this.#turn.then(() => this.#reload(by));
    this.#turn = done.catch(() => {});
    return done;
  }

  async #reload(by: ReloadedBy): Promise<ReloadOutcome> {
    const { audit, log, clock, read, files, apply, onReloaded } = this.#options;
    const told = (rest: Pick<Reloaded, 'accepted' | 'code' | 'applied' | 'afterRestart'>): Reloaded => {
      const reloaded = { at: new Date(clock.wallMs()).toISOString(), ...rest };
      onReloaded(reloaded);
      return reloaded;
    };
    try {
      const permitted = this.#permitted(await read());
      const { next } = permitted;
      const changes = await files?.changes(next);
      const reload = withFiles(permitted, changes?.keys ?? []);
      const connection = reload.broker ? await connectionOf(next) : undefined;
      const { applied, afterRestart } = reload;
      const detail = { by, applied: listed(applied), afterRestart: listed(afterRestart) };
      const [from, to] = [fingerprint(this.#running), fingerprint(next)];
      if (from !== to) await audit.append({ event: 'config-changed', detail: { from, to } });
      if (applied.length + afterRestart.length > 0) await audit.append({ event: 'reload', detail });
      this.#running = next;
      changes?.taken();
      log.info({ by, applied, afterRestart }, 'reloaded');
      const { applied: have, afterRestart: wait } = detail;
      void apply(reload, connection).catch((error: unknown) => {
        log.error(
          { code: (error as NodeJS.ErrnoException).code },
          'a changed camera could not be begun anew',
        );
      });
      return { accepted: true, reload: told({ accepted: true, applied: have, afterRestart: wait }) };
    } catch (error) {
      const { code = 'defect', remedy, message } = error as OperatorError;
      const isOurs = error instanceof OperatorError;
      if (!isOurs && (error as NodeJS.ErrnoException).code === undefined) throw error;
      const reason = isOurs ? (error.fault === 'governance' ? 'refused' : 'invalid') : 'not-recorded';
      log.error(
        { by, code, ...(isOurs ? { remedy } : {}) },
        `not reloaded, and going on as before: ${isOurs ? message : 'the audit log cannot be written'}`,
      );
      if (isOurs) await this.#refuse(by, code);
      const coded = isOurs ? code : 'audit-unwritable';
      return {
        accepted: false,
        reason,
        reload: told({ accepted: false, code: coded, applied: [], afterRestart: [] }),
      };
    }
  }

  /** What waits for a restart must not make allowed what does not wait. @throws OperatorError */
  #permitted(wanted: Config): Reload {
    const reload = reloadOf(this.#running, wanted);
    const verdicts = judge(reload.next, new Date(this.#options.clock.wallMs()));
    const broken = [...verdicts.map(({ path }) => dotted(path)), ...brokenBy(reload)];
    if (broken.length > 0)
      throw new OperatorError(
        verdicts.length > 0 ? 'governance' : 'config',
        'reload-needs-restart',
        `While ${reload.afterRestart.join(', ')} waits for a restart, the rest of it is not allowed: ${broken.join(', ')}.`,
        { remedy: 'Restart the service: it then takes up all of it at once.' },
      );
    return reload;
  }

  async #refuse(by: ReloadedBy, reason: string): Promise<void> {
    await this.#options.audit
      .append({ event: 'reload-refused', detail: { by, reason } })
      .catch(({ code }: NodeJS.ErrnoException) => this.#options.log.error({ code }, 'not in the audit log'));
  }
}

/** What a message has room for. */
const MOST = 100;
const listed = (keys: readonly string[]): string[] => keys.slice(0, MOST);
