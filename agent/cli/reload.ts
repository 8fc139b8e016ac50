import type { HeldFiles } from '../config/held-files.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { readCredentials } from '../config/secrets.ts';
import type { Clock } from '../domain/clock.ts';
import { judge, refusal } from '../governance/gate.ts';

/** The configuration read again: by SIGHUP, or when somebody asks for it over MQTT. */
export class ReloadRequests {
  readonly #path: string;
  readonly #clock: Clock;
  /** What is in use of the files that it names. */
  readonly files: HeldFiles;
  #asked = false;

  constructor(path: string, files: HeldFiles, clock: Clock) {
    this.#path = path;
    this.files = files;
    this.#clock = clock;
  }

  ask(): void {
    this.#asked = true;
  }

  /** Once for each time that SIGHUP came, or several times in a moment. */
  asked(): boolean {
    const asked = this.#asked;
    this.#asked = false;
    return asked;
  }

  /** @throws OperatorError config-*, governance-refused, secret-* */
  async read(): Promise<Config> {
    const { config } = await loadConfig(this.#path);
    const verdicts = judge(config, new Date(this.#clock.wallMs()));
    if (verdicts.length > 0) throw refusal(verdicts);
    for (const { credentialsFile } of config.cameras)
      if (credentialsFile !== undefined) await readCredentials(credentialsFile);
    return config;
  }
}
