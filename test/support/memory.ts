import { join } from 'node:path';
import { ROOT } from '../../agent/installation.ts';
import { program } from './processes.ts';

/** Live memory after a full collection: the heap, and what buffers hold outside of it. */
export function liveBytes(): number {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (collect === undefined) throw new Error('to be run with --expose-gc');
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** What a script below dist/test says on its last line, JSON, run in a process whose garbage can be collected on demand. */
// biome-ignore lint/suspicious/noExplicitAny: each script has its own
export async function agentScript(path: string, ...args: readonly string[]): Promise<any> {
  await using script = program(process.execPath, ['--expose-gc', join(ROOT, 'dist/test', path), ...args]);
  if ((await script.exited) !== 0) throw new Error(`${path}: ${script.text()}`);
  return JSON.parse(script.stdout.trimEnd().split('\n').at(-1)!);
}
