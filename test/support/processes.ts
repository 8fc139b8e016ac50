import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ROOT } from '../../agent/installation.ts';

/** A program under test with everything it says. */
export interface Program extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, stdout first. */
  text(): string;
  readonly exited: Promise<number | null>;
  stop(): void;
}

/** Starts a program; it is killed when its scope ends. */
export function program(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Program {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      said[name] += chunk;
    });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', reject);
  });
  return {
    child,
    get stdout() {
      return said.stdout;
    },
    get stderr() {
      return said.stderr;
    },
    text: () => said.stdout + said.stderr,
    exited,
    stop: () => void child.kill('SIGTERM'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), 8_000);
      await exited;
      clearTimeout(kill);
    },
  };
}

/** `micron-edge` as an operator starts it. `before`: a command that runs it, such as `nsenter`. */
export const agent = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  before: readonly string[] = [],
) => {
  const [command, ...rest] = [...before, process.execPath, join(ROOT, 'dist/agent/main.js'), ...args];
  return program(command!, rest, env);
};

/** A TCP port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
