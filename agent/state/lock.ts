import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '../domain/errors.ts';
import { bootId } from './clock.ts';

interface Holder {
  readonly pid: number;
  /** When that process was started, in clock ticks since boot: process ids come again. */
  readonly startTicks: number;
  readonly boot: string;
  readonly nonce: string;
}

const NAME = 'lock';
const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** Start time of a living process, fields 3 and 22 of /proc/PID/stat (proc(5)); undefined when there is none. */
async function startTicksOf(pid: number): Promise<number | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The name of the program may hold blanks and brackets; what counts comes after the last one.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : Number(fields[19]);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return undefined;
    throw error;
  }
}

async function holderOf(path: string): Promise<Holder | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as Holder;
  } catch {
    // A power cut can leave an empty file; whoever wrote it is gone.
    return { pid: 0, startTicks: 0, boot: '', nonce: 'torn' };
  }
}

/**
 * The boot is asked only of a holder with our own id, who after a reboot is not we. Of others it is not: in a container the
 * service, for which systemd mounts a /proc of its own, and a shell beside it read different boot ids from it.
 */
const isAlive = async ({ pid, startTicks, boot }: Holder): Promise<boolean> =>
  pid > 0 && (pid !== process.pid || boot === bootId()) && (await startTicksOf(pid)) === startTicks;

/** True while a daemon runs on this folder. */
export async function isHeld(folder: string): Promise<boolean> {
  const holder = await holderOf(join(folder, NAME));
  return holder !== undefined && isAlive(holder);
}

/**
 * At most one daemon per state folder: two would spend the same budget twice. The lock of a process that is gone is
 * taken over. Processes in different containers do not see each other: give each container a folder of its own.
 */
export class StateLock implements AsyncDisposable {
  readonly #path: string;
  readonly #nonce: string;

  private constructor(path: string, nonce: string) {
    this.#path = path;
    this.#nonce = nonce;
  }

  /** @throws OperatorError state-locked, state-unwritable (exit code 4) */
  static async take(folder: string): Promise<StateLock> {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return await StateLock.#acquire(join(folder, NAME));
    } catch (cause) {
      if (cause instanceof OperatorError) throw cause;
      throw new OperatorError(
        'environment',
        'state-unwritable',
        `The state folder ${folder} cannot be written (${codeOf(cause) ?? 'unknown error'}).`,
        { remedy: `Give the user of the service a folder of its own: install -d -m 0700 ${folder}`, cause },
      );
    }
  }

  static async #acquire(path: string): Promise<StateLock> {
    const nonce = randomBytes(6).toString('hex');
    const own = `${path}.${nonce}`;
    await writeHolder(own, {
      pid: process.pid,
      startTicks: (await startTicksOf(process.pid)) ?? 0,
      boot: bootId(),
      nonce,
    });
    try {
      for (;;) {
        // A link is made whole or not at all, and never over an existing file.
        const linked = await link(own, path).then(
          () => true,
          (error) => (codeOf(error) === 'EEXIST' ? false : Promise.reject(error)),
        );
        if (linked) return new StateLock(path, nonce);
        const holder = await holderOf(path);
        if (holder === undefined) continue;
        if (await isAlive(holder)) throw locked(path, holder.pid);
        // Of several that find the same stale lock only the one that holds the lock on it may replace it. That lock may
        // itself be left over from a crash, hence the recursion.
        await using _guard = await StateLock.#acquire(`${path}.${holder.nonce}.stale`);
        if ((await holderOf(path))?.nonce !== holder.nonce) continue;
        await rename(own, path);
        return new StateLock(path, nonce);
      }
    } finally {
      await rm(own, { force: true });
    }
  }

  /** False when somebody has removed it, or the folder with it: another daemon may then have begun on that path. */
  async isHeld(): Promise<boolean> {
    return (await holderOf(this.#path))?.nonce === this.#nonce;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if ((await holderOf(this.#path))?.nonce === this.#nonce) await rm(this.#path, { force: true });
  }
}

async function writeHolder(path: string, holder: Holder): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify(holder));
    await file.sync();
  } finally {
    await file.close();
  }
}

const locked = (path: string, pid: number): OperatorError =>
  new OperatorError(
    'environment',
    'state-locked',
    `Another micron-edge (process ${pid}) runs on the same state folder (${path}).`,
    {
      remedy:
        'Stop that one (a service: systemctl stop micron-edge), or give this one a state.folder of its own.',
    },
  );
