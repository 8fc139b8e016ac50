import { execFile } from 'node:child_process';
import { access, constants, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The machine as the doctor sees it: a test shows it the files and programs of another. */
export interface Machine {
  /** Path of a file of the machine, such as `/proc/meminfo`, in this file system. */
  at(path: string): string;
  /** Content of a file; undefined when there is none, or it may not be read. */
  text(path: string): Promise<string | undefined>;
  /** Standard output of a program; undefined when there is none of that name, or it failed. */
  run(program: string, args: readonly string[]): Promise<string | undefined>;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => Date;
}

const PATIENCE_MS = 10_000;

/** @param root where the file system of the machine begins */
export function thisMachine(root = '/', env: NodeJS.ProcessEnv = process.env): Machine {
  const at = (path: string) => join(root, path);
  return {
    at,
    env,
    now: () => new Date(),
    text: (path) =>
      readFile(at(path), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === undefined) throw error;
        return undefined;
      }),
    run: (program, args) =>
      promisify(execFile)(program, args, { timeout: PATIENCE_MS, env }).then(
        ({ stdout }) => stdout,
        // Not there, not allowed or of another version: either way it does not say.
        () => undefined,
      ),
  };
}

export const mayUse = (path: string, mode = constants.R_OK | constants.W_OK): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );

/** The name that a Jetson gives itself; undefined on every other machine. */
export async function jetson(machine: Machine): Promise<string | undefined> {
  const compatible = await machine.text('/proc/device-tree/compatible');
  if (compatible === undefined || !/nvidia,tegra/.test(compatible)) return undefined;
  const model = await machine.text('/proc/device-tree/model');
  return model?.replaceAll('\0', '').trim() || 'a Jetson';
}
