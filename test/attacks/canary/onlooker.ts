import { execFile } from 'node:child_process';
import { WebSocket } from 'ws';
import { planarBytes } from '../../../agent/domain/frame.ts';
import { agent } from '../../support/processes.ts';
import { until } from '../../support/until.ts';
import type { Bank } from './bank.ts';
import { examine, type Finding } from './examine.ts';
import { ANALYSIS } from './picture.ts';

/** Of a stream, as many pictures are judged: the first, the last, and some between. */
const JUDGED = 6;
/** Luma of masks and below. */
const DARK = 60;

/** Somebody with a live view open, and all that came to them. */
export interface Onlooker extends AsyncDisposable {
  /** MPEG transport stream. */
  stream(): Buffer;
  /** What the page was told in words. */
  words(): string;
}

/** Asks the daemon of a configuration for a live view and opens it as the page does. */
export async function lookOn(config: string, camera: string): Promise<Onlooker> {
  const command = agent(['live', camera, config]);
  const link = await until(
    () => {
      if (command.child.exitCode !== null) throw new Error(command.text());
      return /http:\S+/.exec(command.stdout)?.[0];
    },
    'a link',
    { withinMs: 60_000 },
  );
  const { origin, host, hash } = new URL(link);
  const socket = new WebSocket(`ws://${host}/pictures`, { origin });
  const pictures: Buffer[] = [];
  let words = '';
  socket
    .on('open', () => socket.send(hash.slice(1)))
    .on('message', (data: Buffer, isBinary) => {
      if (isBinary) pictures.push(data);
      else words += String(data);
    })
    .on('error', () => {});
  return {
    stream: () => Buffer.concat(pictures),
    words: () => words,
    async [Symbol.asyncDispose]() {
      socket.close();
      await command[Symbol.asyncDispose]();
    },
  };
}

/** Whether pictures of a stream have masks, and what in them betrays the known picture. */
export async function judge(
  stream: Buffer,
  bank: Bank,
): Promise<{ readonly isMasked: boolean; readonly finding: Finding | undefined }[]> {
  const pictures = await decoded(stream);
  const bytes = planarBytes(ANALYSIS.widthPx, ANALYSIS.heightPx);
  const last = pictures.length / bytes - 1;
  return Array.from({ length: JUDGED }, (_, i) => {
    const at = Math.floor((i * last) / (JUDGED - 1)) * bytes;
    const picture = pictures.subarray(at, at + bytes);
    return {
      isMasked: picture.subarray(0, ANALYSIS.widthPx * ANALYSIS.heightPx).some((luma) => luma < DARK),
      finding: examine(picture, bank).find(({ kind }) => kind === 'rows' || kind === 'correlation'),
    };
  });
}

/** The pictures of a stream, I420 of `ANALYSIS`, one after the other. */
function decoded(stream: Buffer): Promise<Buffer> {
  const args = ['-loglevel', 'error', '-i', '-', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-'];
  return new Promise((resolve, reject) => {
    const child = execFile('ffmpeg', args, { encoding: 'buffer', maxBuffer: 1e9 }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
    // FFmpeg says itself what was wrong with what it did not read to the end.
    child.stdin!.on('error', () => {}).end(stream);
  });
}

/** A film as a live view would send it if it showed what the camera sees. */
export const asLiveView = (film: string, { widthPx, heightPx }: { widthPx: number; heightPx: number }) =>
  new Promise<Buffer>((resolve, reject) => {
    const codec = ['-codec:v', 'mpeg1video', '-r', '25', '-bf', '0', '-q:v', '3', '-f', 'mpegts', '-'];
    execFile(
      'ffmpeg',
      ['-loglevel', 'error', '-i', film, '-vf', `scale=${widthPx}:${heightPx}`, ...codec],
      { encoding: 'buffer', maxBuffer: 1e9 },
      (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
    );
  });
