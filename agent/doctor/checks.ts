import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { promisify } from 'node:util';

/** One line of the doctor: what was looked at, whether it is well, and the fix when it is not. */
export interface Finding {
  readonly what: string;
  readonly well: boolean;
  readonly found: string;
  readonly fix?: string;
}

const run = promisify(execFile);

export function nodeVersion(version: string): Finding {
  const well = Number(version.split('.')[0]) >= 20;
  return { what: 'Node.js', well, found: version, ...(well ? {} : { fix: 'Install Node.js 20 or newer.' }) };
}

export async function ffmpeg(): Promise<Finding> {
  try {
    const { stdout } = await run('ffmpeg', ['-hide_banner', '-version'], { timeout: 10_000 });
    return { what: 'ffmpeg', well: true, found: stdout.split(' ').slice(0, 3).join(' ') };
  } catch {
    return { what: 'ffmpeg', well: false, found: 'not found', fix: 'apt-get install ffmpeg' };
  }
}

/** H.264 decoders that the configuration can name, as this ffmpeg lists them; software is always one of them. */
export async function decoders(): Promise<Finding> {
  try {
    const { stdout } = await run('ffmpeg', ['-hide_banner', '-decoders'], { timeout: 10_000 });
    const names = [...stdout.matchAll(/^ V\S+ (h264\S*|hevc\S*)/gm)].map((match) => match[1]!);
    const well = names.includes('h264');
    const fix = 'This ffmpeg was built without an H.264 decoder; install the one of your distribution.';
    return { what: 'decoders', well, found: names.join(', '), ...(well ? {} : { fix }) };
  } catch {
    return { what: 'decoders', well: false, found: 'unknown', fix: 'apt-get install ffmpeg' };
  }
}

export async function writable(what: string, folder: string): Promise<Finding> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return { what, well: true, found: `${folder} is writable` };
  } catch {
    const fix = `Create it for the user that runs the service: install -d -m 0700 ${folder}`;
    return { what, well: false, found: `${folder} is missing or not writable`, fix };
  }
}

/** Does anything answer on this TCP port? Says nothing about passwords: that is for the daemon, with its own words. */
export async function reachable(
  what: string,
  host: string,
  port: number,
  timeoutMs = 3_000,
): Promise<Finding> {
  const error = await new Promise<string | undefined>((resolve) => {
    const socket = createConnection({ host, port, timeout: timeoutMs });
    const end = (reason?: string) => {
      socket.destroy();
      resolve(reason);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end('no answer'));
    socket.once('error', (cause: NodeJS.ErrnoException) => end(cause.code ?? 'no connection'));
  });
  if (error === undefined) return { what, well: true, found: `${host}:${port} answers` };
  const fix = 'Check the address, the cable and the firewall between this box and it.';
  return { what, well: false, found: `${host}:${port}: ${error}`, fix };
}

/** A clock that was never set would put windows into another year. */
export function clock(now: Date): Finding {
  const well = now.getUTCFullYear() >= 2024;
  const fix = 'Let systemd-timesyncd or chrony set the clock.';
  return { what: 'clock', well, found: now.toISOString(), ...(well ? {} : { fix }) };
}
