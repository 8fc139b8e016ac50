import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Credentials } from '../domain/credentials.ts';
import { concatList } from './address.ts';
import { PROTOCOLS } from './command.ts';
import { environment } from './environment.ts';
import { codeOf, type DecodeCode } from './failure.ts';
import { knock } from './knock.ts';

/** A stream as it comes, before anything is decoded. */
export interface StreamFacts {
  /** As FFmpeg calls it: h264, hevc, mjpeg. */
  readonly codec: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Coded bits and pictures that were counted, over so many seconds of media time. */
  readonly bits: number;
  readonly pictures: number;
  readonly seconds: number;
}

export interface ProbeOptions {
  readonly url: string;
  readonly credentials?: Credentials | undefined;
  readonly transport: 'tcp' | 'udp';
  /** Media time to count over. */
  readonly seconds: number;
  /** Without a word for so long it is given up. */
  readonly patienceMs: number;
}

const VIDEO = /Stream #\S+.*?: Video: (\w+)[^\n]*?, (\d{2,5})x(\d{2,5})[\s,[]/;

/** What FFmpeg says of a stream that it copies to nowhere; nothing is decoded. A code when there is none. */
export async function probe(
  { url, credentials, transport, seconds, patienceMs }: ProbeOptions,
  signal: AbortSignal,
): Promise<StreamFacts | { readonly code: DecodeCode }> {
  const isFile = url.startsWith('file:');
  const door = isFile ? { url } : await knock(url, patienceMs, signal);
  if (door.code !== undefined) return { code: door.code };
  const source = isFile
    ? ['-protocol_whitelist', 'file', '-i', `file:${fileURLToPath(url)}`]
    : ['-f', 'concat', '-safe', '0', '-protocol_whitelist', PROTOCOLS, '-i', 'pipe:0'];
  const output = ['-map', '0:v:0', '-c', 'copy', '-t', String(seconds), '-f', 'null', '-'];
  const child = spawn('ffmpeg', ['-hide_banner', '-nostats', '-progress', 'pipe:1', ...source, ...output], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: environment(),
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  child.stdin.on('error', () => {});
  child.stdin.end(isFile ? '' : concatList(door.url, transport, credentials));
  const stop = () => void child.kill('SIGKILL');
  const late = setTimeout(stop, seconds * 1000 + patienceMs);
  signal.addEventListener('abort', stop, { once: true });
  const isMissing = await new Promise<boolean>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ENOENT'));
    child.once('close', () => resolve(false));
  });
  clearTimeout(late);
  signal.removeEventListener('abort', stop);
  if (isMissing) return { code: 'decoder-missing' };
  // Addresses and passwords are in what it says: only numbers and the name of the codec are taken from it.
  const [, codec, width, height] = VIDEO.exec(said.stderr) ?? [];
  const kilobytes = Number(/video:\s*(\d+)\s*Ki?B/i.exec(said.stderr)?.[1]);
  const pictures = Number([...said.stdout.matchAll(/^frame=(\d+)/gm)].at(-1)?.[1]);
  const microseconds = Number([...said.stdout.matchAll(/^out_time_us=(-?\d+)/gm)].at(-1)?.[1]);
  if (codec === undefined || !(pictures > 0)) return { code: codeOf(said.stderr) };
  return {
    codec,
    widthPx: Number(width),
    heightPx: Number(height),
    bits: Number.isFinite(kilobytes) ? kilobytes * 8192 : 0,
    pictures,
    seconds: microseconds > 0 ? microseconds / 1e6 : 0,
  };
}
