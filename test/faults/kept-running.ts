import { agent, type Program } from '../support/processes.ts';

/** The daemon as systemd keeps it: whenever it ends, it is started again. */
export class KeptRunning implements AsyncDisposable {
  readonly #start: () => Program;
  #program: Program;
  #wanted = true;
  #said = '';
  /** Exit codes in order; null for a signal. */
  readonly exits: (number | null)[] = [];
  readonly #loop: Promise<void>;

  /** @param before what runs it, such as `nsenter` @param env more of its environment */
  constructor(config: string, before: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    this.#start = () => agent(['run', config], env, before);
    this.#program = this.#start();
    this.#loop = this.#keep();
    this.#loop.catch(() => {});
  }

  get pid(): number {
    return this.#program.child.pid!;
  }

  /** Everything that it said, over all starts. */
  text(): string {
    return this.#said + this.#program.text();
  }

  async #keep(): Promise<void> {
    for (;;) {
      this.exits.push(await this.#program.exited);
      this.#said += this.#program.text();
      if (!this.#wanted) return;
      // It was not killed: it gave up, and would give up again.
      const code = this.exits.at(-1);
      if (code !== null) throw new Error(`the daemon ended with ${code}:\n${this.#said.slice(-2_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      this.#program = this.#start();
    }
  }

  /** Ends it as an operator does; the exit code. */
  async stop(): Promise<number | null> {
    this.#wanted = false;
    this.#program.child.kill('SIGTERM');
    await this.#loop;
    return this.exits.at(-1)!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#wanted = false;
    this.#program.child.kill('SIGKILL');
    await this.#loop.catch(() => {});
  }
}
