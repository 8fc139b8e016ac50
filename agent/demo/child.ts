import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

/** How long a part of the demo may take to leave before it is killed. */
const GRACE_MS = 5_000;

/** A Node.js program of ours as a process of its own, gone when its scope ends. */
export function startNode(
  script: string,
  args: readonly string[],
  options: SpawnOptions,
): AsyncDisposable & { readonly process: ChildProcess; readonly exited: Promise<number> } {
  const child = spawn(process.execPath, [script, ...args], options);
  const exited = new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
  return {
    process: child,
    exited,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      await exited;
      clearTimeout(kill);
    },
  };
}

/** The first line on a child's stdout that starts with `word`, without that word. */
export function firstLine(child: ChildProcess, word: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const line = text
        .split('\n')
        .find((each, i, lines) => i < lines.length - 1 && each.startsWith(`${word} `));
      if (line !== undefined) resolve(line.slice(word.length + 1).trim());
    });
    child.once('exit', (code) => reject(new Error(`ended with code ${code} before it was ready`)));
    child.once('error', reject);
  });
}
