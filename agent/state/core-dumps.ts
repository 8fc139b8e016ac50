import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { OperatorError } from '../domain/errors.ts';

/**
 * Makes sure that no crash of this process, or of any that it starts from now on, puts memory on disk: there are pictures
 * in it. The limit becomes one byte and not zero, because the kernel hands a dump to a program (core_pattern beginning
 * with "|") whatever the limit is, except for this very value (core(5); fs/coredump.c).
 *
 * @throws OperatorError core-dumps-on (exit code 4)
 */
export async function forbidCoreDumps(): Promise<void> {
  // Elsewhere than on Linux this is no daemon, only a developer's machine.
  if (process.platform !== 'linux') return;
  let cause: unknown;
  try {
    await promisify(execFile)('prlimit', [`--pid=${process.pid}`, '--core=1:1']);
  } catch (error) {
    // A limit that is low enough already may not be changed, and need not be.
    cause = error;
  }
  if (await isForbidden()) return;
  throw new OperatorError(
    'environment',
    'core-dumps-on',
    'A crash would write pictures to disk: core dumps are on, and cannot be turned off from here.',
    { remedy: 'Install util-linux (prlimit), or put LimitCORE=1 into the unit.', cause },
  );
}

async function isForbidden(): Promise<boolean> {
  const [limits, pattern] = await Promise.all(
    ['/proc/self/limits', '/proc/sys/kernel/core_pattern'].map((path) => readFile(path, 'utf8')),
  );
  const soft = /^Max core file size\s+(\S+)/m.exec(limits!)?.[1];
  return soft === '1' || (soft === '0' && !pattern!.startsWith('|'));
}
