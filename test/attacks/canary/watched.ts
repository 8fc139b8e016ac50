import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Program, program } from '../../support/processes.ts';
import type { Bank } from './bank.ts';
import { examine, type Finding } from './examine.ts';
import { readTrace, straceArguments, type Trace } from './trace.ts';

const SHARED_MEMORY = '/dev/shm';

/** A program with everything that it starts, under strace, in a folder of its own and with core dumps as large as may be. */
export interface Watched extends Program {
  /** Of the program itself, not of strace. */
  pid(): number;
}

/** Where something was found. */
export interface Leak extends Finding {
  readonly where: string;
}

/** Undefined where strace works; else why not. */
export function whyNoStrace(): string | undefined {
  try {
    execFileSync('strace', ['-f', '--seccomp-bpf', '-o', '/dev/null', 'true'], { stdio: 'ignore' });
    return undefined;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return missing ? 'strace is not installed' : 'strace may not trace here';
  }
}

/** One program, watched as often as it is started, and all that it left behind. */
export class Watch {
  readonly #folder: string;
  readonly #shared = names(SHARED_MEMORY);
  readonly #traces: string[] = [];
  readonly #said: Program[] = [];

  /** @param folder its working directory, home and place for temporary files */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  start(command: readonly string[], env: Readonly<Record<string, string>> = {}): Watched {
    const trace = `${this.#folder}.strace-${this.#traces.length}`;
    this.#traces.push(trace);
    // A test runner that wants to know of every process of Node.js writes into NODE_OPTIONS.
    const script =
      'cd "$0" && { export NODE_OPTIONS="$WATCHED_NODE_OPTIONS"; ulimit -c unlimited 2>/dev/null; exec strace "$@"; }';
    const homes = { HOME: this.#folder, TMPDIR: this.#folder, ...env };
    const started = program('bash', ['-c', script, this.#folder, ...straceArguments(trace, command)], homes);
    this.#said.push(started);
    const pid = () => childrenOf(started.child.pid!)[0]!;
    return Object.assign(Object.create(started) as Program, {
      pid,
      async [Symbol.asyncDispose]() {
        // strace ends with what it traces.
        for (const each of childrenOf(started.child.pid!)) process.kill(each, 'SIGKILL');
        await started[Symbol.asyncDispose]();
      },
    });
  }

  /** To be asked when everything has ended. */
  async traces(): Promise<Trace[]> {
    return Promise.all(this.#traces.map(readTrace));
  }

  /**
   * Whatever betrays the picture in what was written, said and left behind.
   *
   * @param viewPort of a live view, whose pictures are searched like everything else, but need not be explained
   */
  async leaks(bank: Bank, viewPort?: number): Promise<Leak[]> {
    const leaks: Leak[] = [];
    const look = (where: string, bytes: Uint8Array, isView = false) =>
      leaks.push(
        ...examine(bytes, bank)
          .filter(({ kind }) => !isView || kind === 'rows' || kind === 'correlation')
          .map((finding) => ({ ...finding, where })),
      );
    const isViewer = (to: string) => viewPort !== undefined && to.includes(`127.0.0.1:${viewPort}->`);
    for (const trace of await this.traces()) {
      for (const [to, bytes] of trace.written)
        look(`written to ${to}`, bytes, viewPort !== undefined && (trace.view.has(to) || isViewer(to)));
      for (const call of trace.hidden)
        leaks.push({ kind: 'unexplained', detail: call, where: 'a way that cannot be watched' });
    }
    for (const { stdout, stderr } of this.#said) look('said', Buffer.from(stdout + stderr));
    for (const path of filesBelow(this.#folder)) look(`left in ${path}`, readFileSync(path));
    for (const name of names(SHARED_MEMORY))
      if (!this.#shared.includes(name)) look('shared memory', readFileSync(join(SHARED_MEMORY, name)));
    return leaks;
  }
}

const names = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile()) : [];

export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);

/** Process ids of the children. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    // It is gone.
    return [];
  }
}
