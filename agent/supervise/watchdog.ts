import type { ServiceManager } from '../systemd/notify.ts';
import type { Log } from './log.ts';
import type { Progress } from './progress.ts';

/**
 * Feeds the watchdog of the service while there is progress. When there is none it only stops feeding: systemd kills the
 * process and starts it anew, which works however badly off it is.
 */
export class Watchdog {
  readonly #progress: Pick<Progress, 'stuck'>;
  readonly #service: Pick<ServiceManager, 'alive' | 'status'>;
  readonly #log: Pick<Log, 'error'>;
  #told: string | undefined;

  constructor(
    progress: Pick<Progress, 'stuck'>,
    service: Pick<ServiceManager, 'alive' | 'status'>,
    log: Pick<Log, 'error'>,
  ) {
    this.#progress = progress;
    this.#service = service;
    this.#log = log;
  }

  /** To be called as often as the service manager wants to hear of us. */
  look(): void {
    const { stuck } = this.#progress;
    if (stuck === undefined) this.#service.alive();
    else if (stuck !== this.#told) {
      this.#log.error({ code: 'stuck', part: stuck }, 'no progress: the watchdog is not fed any more');
      this.#service.status(`no progress: ${stuck}`);
    }
    this.#told = stuck;
  }
}
