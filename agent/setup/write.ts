import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { loadConfig } from '../config/load.ts';
import { ConfigError } from '../config/problem.ts';
import { OperatorError } from '../domain/errors.ts';
import type { Terminal } from './questions.ts';

export type Written = 'written' | 'same' | 'not-written';

/** What the loader says of a text, each problem in a line; empty when it is right. */
export async function problemsOf(text: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'micron-edge-setup-'));
  try {
    const path = join(folder, 'config.yaml');
    await writeFile(path, text, { mode: 0o600 });
    await loadConfig(path);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.replaceAll(`${folder}/`, '').trim());
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Writes a configuration. A file that is there is never overwritten before somebody has seen what changes, and said yes.
 *
 * @throws OperatorError output-unwritable
 */
export async function write(
  path: string,
  text: string,
  { yes, terminal, out }: { readonly yes: boolean; readonly terminal: Terminal; out(text: string): void },
): Promise<Written> {
  const before = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unwritable(path, error);
  });
  if (before === text) return 'same';
  if (before !== undefined) {
    out(createTwoFilesPatch(path, path, before, text, 'as it is', 'as it would be'));
    const isAgreed =
      yes ||
      (terminal.isInteractive && /^y(es)?$/i.test((await terminal.ask(`Write ${path}? [y/N] `)).trim()));
    if (!isAgreed) return 'not-written';
  }
  // wx: what somebody else has written meanwhile is not overwritten either.
  await writeFile(path, text, { mode: 0o640, flag: before === undefined ? 'wx' : 'w' }).catch((error) => {
    throw unwritable(path, error);
  });
  return 'written';
}

const unwritable = (path: string, cause: NodeJS.ErrnoException) =>
  new OperatorError('config', 'output-unwritable', `${path} cannot be written (${cause.code}).`, { cause });
