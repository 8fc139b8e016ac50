import { execFile } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { videoDecoders } from '../decode/command.ts';
import { endpointOf, whyUnreachable } from '../network/reach.ts';

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
    const names = (await videoDecoders()).filter((name) => /^(h264|hevc)/.test(name));
    const well = names.includes('h264');
    const fix = 'This ffmpeg was built without an H.264 decoder; install the one of your distribution.';
    return { what: 'decoders', well, found: names.join(', '), ...(well ? {} : { fix }) };
  } catch {
    return { what: 'decoders', well: false, found: 'unknown', fix: 'apt-get install ffmpeg' };
  }
}

const isWritable = (folder: string): Promise<boolean> =>
  access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );

/** The folder of the ledger; one that is not there yet is made at the first start if its parent allows it. */
export async function stateFolder(folder: string): Promise<Finding> {
  const what = 'state';
  if (await isWritable(folder)) return { what, well: true, found: `${folder} is writable` };
  if (!existsSync(folder) && (await isWritable(dirname(folder))))
    return { what, well: true, found: `${folder} will be made` };
  const fix = `Create it for the user that runs the service: install -d -m 0700 ${folder}`;
  return { what, well: false, found: `${folder} is missing or not writable`, fix };
}

/** Does anything answer there? Says nothing about passwords: that is for the daemon, with its own words. */
export async function reachable(what: string, url: string, timeoutMs = 3_000): Promise<Finding> {
  const endpoint = endpointOf(url);
  const place = `${endpoint.host}:${endpoint.port}`;
  const reason = await whyUnreachable(endpoint, timeoutMs);
  if (reason === undefined) return { what, well: true, found: `${place} answers` };
  const fix = 'Check the address, the cable and the firewall between this box and it.';
  return { what, well: false, found: `${place}: ${reason}`, fix };
}

/** A clock that was never set would put windows into another year. */
export function clock(now: Date): Finding {
  const well = now.getUTCFullYear() >= 2024;
  const fix = 'Let systemd-timesyncd or chrony set the clock.';
  return { what: 'clock', well, found: now.toISOString(), ...(well ? {} : { fix }) };
}
