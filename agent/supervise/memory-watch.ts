import { mem } from 'systeminformation';
import type { Log } from './log.ts';

/** Below this share of the memory, whoever wants more next is ended by the kernel; it is told again only after this. */
const LOW = 0.05;
const ENOUGH = 0.1;

/** What of memory can be had now, and all that there is, in the same unit. */
export type Memory = () => Promise<{ readonly available: number; readonly total: number }>;

/** Says once that the box runs out of memory: the kernel will end a camera process, and that will look like its fault. */
export class MemoryWatch {
  readonly #memory: Memory;
  readonly #log: Pick<Log, 'warn'>;
  #isLow = false;

  /** @param memory default: systeminformation's, which reads /proc/meminfo and, unlike most it has, starts no shell */
  constructor(log: Pick<Log, 'warn'>, memory: Memory = mem) {
    this.#log = log;
    this.#memory = memory;
  }

  /** To be called now and then. */
  async look(): Promise<void> {
    const { available, total } = await this.#memory();
    const share = available / total;
    if (!this.#isLow && share < LOW)
      this.#log.warn(
        { code: 'memory-low' },
        'this box has next to no memory left: end what else runs on it, or give it fewer cameras',
      );
    this.#isLow = share < (this.#isLow ? ENOUGH : LOW);
  }
}
