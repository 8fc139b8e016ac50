import type { CpuInfo } from 'node:os';

/** How busy all processors of the box are, decoders and other programs included, between two looks. */
export class ProcessorTime {
  readonly #cpus: () => readonly CpuInfo[];
  #before = { idleMs: 0, allMs: 0 };

  /** @param cpus `os.cpus`, which reads /proc/stat and starts nothing */
  constructor(cpus: () => readonly CpuInfo[]) {
    this.#cpus = cpus;
  }

  /** 0 to 1, since the last call; at first, since the box was started. */
  busy(): number {
    const now = { idleMs: 0, allMs: 0 };
    for (const { times } of this.#cpus()) {
      now.idleMs += times.idle;
      now.allMs += times.user + times.nice + times.sys + times.irq + times.idle;
    }
    const idleMs = now.idleMs - this.#before.idleMs;
    const allMs = now.allMs - this.#before.allMs;
    this.#before = now;
    return allMs > 0 ? 1 - idleMs / allMs : 0;
  }
}
