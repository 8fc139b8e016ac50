import type { Load } from '../domain/load.ts';

/** To be asked so often. */
export const LOOK_MS = 1_000;
/** Looks without a word. A camera process reports every second. */
const MOST_SILENT = 20;
/** The same before its first word: it loads the networks, and TensorRT plans a new one for minutes. */
const MOST_LOADING = { cpu: 60, accelerated: 900 };
/** Words with pictures of which none was looked at. */
const MOST_IDLE = 15;

/** What is the matter with a process that must end. */
export type Ailment = 'process-hung' | 'process-stuck';

/**
 * Does a camera process get on with its work? Its words are its heartbeat, and carry what it has done: one that says
 * nothing hangs, and one that says pictures come and looks at none is stuck. Looks are counted, not time: when the
 * supervisor itself did not get to run, or the machine slept, what the process said meanwhile is heard first.
 */
export class Liveness {
  readonly #mostLoading: number;
  #silent = 0;
  #idle = 0;
  #hasSpoken = false;

  /** @param isCpu whether networks run on the processor, and so need no planning */
  constructor(isCpu: boolean) {
    this.#mostLoading = isCpu ? MOST_LOADING.cpu : MOST_LOADING.accelerated;
  }

  /** Any word of it. */
  spoke(): void {
    this.#silent = 0;
    this.#hasSpoken = true;
  }

  /** How it keeps up, once a second. True when that is progress: it has looked at pictures, or there were none. */
  worked({ arrived, looked }: Pick<Load, 'arrived' | 'looked'>): boolean {
    const isIdle = arrived > 0 && looked === 0;
    this.#idle = isIdle ? this.#idle + 1 : 0;
    return !isIdle;
  }

  look(): Ailment | undefined {
    this.#silent++;
    if (this.#silent > (this.#hasSpoken ? MOST_SILENT : this.#mostLoading)) return 'process-hung';
    return this.#idle > MOST_IDLE ? 'process-stuck' : undefined;
  }
}
