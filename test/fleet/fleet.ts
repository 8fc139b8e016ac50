import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../support/until.ts';
import type { Order, Report, Task } from './messages.ts';
import type { Tally } from './tally.ts';

const WORKER = fileURLToPath(new URL('worker.js', import.meta.url));

/** All nodes, in some processes. */
export class Fleet implements AsyncDisposable {
  readonly connects: number[] = [];
  readonly pids: readonly number[];
  readonly #children: readonly ReturnType<typeof fork>[];
  readonly #last: Report[];
  #isEnding = false;
  #died: string | undefined;

  constructor(processes: number, task: Omit<Task, 'nodes'>, names: readonly string[], tally: Tally) {
    this.#last = Array.from({ length: processes }, () => NOTHING);
    this.#children = this.#last.map((_, i) => {
      const folder = join(task.folder, `process-${i}`);
      mkdirSync(folder, { recursive: true });
      const mine = names.filter((_name, k) => k % processes === i);
      const child = fork(WORKER, [JSON.stringify({ ...task, folder, nodes: mine } satisfies Task)], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      child.on('exit', (code, signal) => {
        if (!this.#isEnding) this.#died = `a process with nodes has ended: ${code ?? signal}`;
      });
      child.on('message', (report: Report) => {
        this.#last[i] = report;
        this.connects.push(...report.connects);
        tally.handed(report.handed);
        tally.acknowledged(report.acknowledged);
      });
      return child;
    });
    this.pids = this.#children.map(({ pid }) => pid!);
  }

  order(order: Order): void {
    for (const child of this.#children) if (child.connected) child.send(order);
  }

  #sum(of: (report: Report) => number): number {
    if (this.#died !== undefined) throw new Error(this.#died);
    return this.#last.reduce((total, report) => total + of(report), 0);
  }

  get connected(): number {
    return this.#sum(({ connected }) => connected);
  }
  get waiting(): number {
    return this.#sum(({ waiting }) => waiting);
  }
  get discarded(): number {
    return this.#sum(({ discarded }) => discarded);
  }
  get residentKb(): number {
    return this.#sum(({ residentKb }) => residentKb);
  }

  /** Every process has said something. */
  started(): Promise<unknown> {
    return until(
      () => this.#sum(() => 0) === 0 && this.#last.every((report) => report !== NOTHING),
      'the processes',
      {
        withinMs: 120_000,
      },
    );
  }

  /** Every node is there and has a connection. */
  allConnected(count: number, withinMs: number): Promise<unknown> {
    return until(() => this.connected === count, `${count} connections`, { withinMs, everyMs: 100 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ends = this.#children.map((child) =>
      child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined,
    );
    this.#isEnding = true;
    this.order('end');
    const kill = setTimeout(() => {
      for (const child of this.#children) child.kill('SIGKILL');
    }, 60_000);
    await Promise.all(ends);
    clearTimeout(kill);
  }
}

const NOTHING: Report = {
  ...{ connects: [], handed: [], acknowledged: [] },
  ...{ waiting: 0, discarded: 0, connected: 0, residentKb: 0, isReady: false },
};
