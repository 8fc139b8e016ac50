import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { readCredentials } from '../config/secrets.ts';
import type { Clock } from '../domain/clock.ts';
import { OperatorError } from '../domain/errors.ts';
import { judge, refusal } from '../governance/gate.ts';
import type { Log } from '../supervise/log.ts';

/** SIGHUP: the configuration is read again. What is wrong or not allowed is said, and what runs goes on as it is. */
export class ReloadRequests {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #asked = false;

  constructor(path: string, clock: Clock, log: Log) {
    this.#path = path;
    this.#clock = clock;
    this.#log = log;
  }

  ask(): void {
    this.#asked = true;
  }

  /** The new configuration, once for each time that it was asked for; undefined when it was not, or cannot be used. */
  async take(): Promise<Config | undefined> {
    if (!this.#asked) return undefined;
    this.#asked = false;
    try {
      const { config } = await loadConfig(this.#path);
      const verdicts = judge(config, new Date(this.#clock.wallMs()));
      if (verdicts.length > 0) throw refusal(verdicts);
      for (const { credentialsFile } of config.cameras)
        if (credentialsFile !== undefined) await readCredentials(credentialsFile);
      return config;
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      const { code, message, remedy } = error;
      this.#log.error({ code, remedy }, `not reloaded, and going on as before: ${message}`);
      return undefined;
    }
  }
}
