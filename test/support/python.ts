import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../agent/installation.ts';

const run = promisify(execFile);

/** Where a Python with PyTorch may be: what the environment names, the first on the PATH, Debian's own. */
const CANDIDATES = [...new Set([process.env.PYTHON, 'python3', '/usr/bin/python3'])].filter(
  (each) => each !== undefined,
);

const env = {
  ...process.env,
  PYTHONPATH: join(ROOT, 'models/training'),
  PYTHONDONTWRITEBYTECODE: '1',
  // The suite runs files beside each other already.
  OMP_NUM_THREADS: '1',
};

/** Runs Python in the root of the repository with the training code on its path. Rejects when it does not exit with 0. */
export async function python(
  command: string,
  args: readonly string[],
): Promise<{ stdout: string; stderr: string }> {
  return run(command, [...args], { cwd: ROOT, env, maxBuffer: 1 << 24 });
}

/** Those of the candidates that can import these modules. */
export async function pythonsWith(...modules: readonly string[]): Promise<string[]> {
  const able = await Promise.all(
    CANDIDATES.map(async (command) => {
      try {
        await python(command, ['-c', `import ${['sys', ...modules].join(', ')}`]);
        return [command];
      } catch {
        // Not there, or without the modules: both mean that it is not what was looked for.
        return [];
      }
    }),
  );
  return able.flat();
}
