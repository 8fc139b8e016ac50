import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** From where a pause was asked for: on this machine, over MQTT, on the local page. */
export const SIDES = ['local', 'mqtt', 'page'] as const;
export type PausedBy = (typeof SIDES)[number];

export interface Pause {
  readonly by: PausedBy;
  /** Wall clock, milliseconds since the epoch, to the minute. */
  readonly sinceMs: number;
}

/**
 * A pause is an empty file in the state folder: that it is there is all that counts, so that root can make one that the
 * user of the service need not be able to read, and nothing in it can be torn by a crash. Each side has its own, so that
 * neither overwrites the other.
 */
const FILES: Readonly<Record<PausedBy, string>> = {
  local: 'paused-locally',
  mqtt: 'paused-by-mqtt',
  page: 'paused-by-page',
};

const MINUTE_MS = 60_000;
const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
const toMinute = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS;

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** On disk when it resolves; a pause that is there already keeps its beginning. */
export async function hold(folder: string, by: PausedBy): Promise<void> {
  try {
    const file = await open(join(folder, FILES[by]), 'wx', 0o600);
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  await syncFolder(folder);
}

/** True when there was one. Gone from the disk when it resolves. */
export async function lift(folder: string, by: PausedBy): Promise<boolean> {
  try {
    await rm(join(folder, FILES[by]));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
  await syncFolder(folder);
  return true;
}

async function sinceOf(folder: string, by: PausedBy): Promise<number | undefined> {
  try {
    return toMinute((await stat(join(folder, FILES[by]))).mtimeMs);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    // Whoever cannot tell whether there is a pause takes it that there is.
    return toMinute(Date.now());
  }
}

/** The pauses in force, a local one first. */
export async function pausesIn(folder: string): Promise<Pause[]> {
  const pauses: Pause[] = [];
  for (const by of SIDES) {
    const sinceMs = await sinceOf(folder, by);
    if (sinceMs !== undefined) pauses.push({ by, sinceMs });
  }
  return pauses;
}
