import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { OperatorError } from '../../domain/errors.ts';
import { MOST_BYTES } from '../../record/line.ts';

/** A line as it stands in a file, or that it was too long to be one. */
export interface RawLine {
  readonly number: number;
  readonly text: string | undefined;
  /** The file ends in it, without an end of the line. */
  readonly cutOff: boolean;
}

/** A message inside JSON inside JSON has its quotes escaped. */
const MOST_LINE_BYTES = 4 * MOST_BYTES;

const unreadable = (path: string, cause: unknown): OperatorError => {
  const { code } = cause as NodeJS.ErrnoException;
  return new OperatorError('config', 'recording-unreadable', `${path} cannot be read (${code}).`, {
    remedy: 'Name files of `micron-edge record` or `mosquitto_sub`, or folders of them; - is standard input.',
    cause,
  });
};

/** Files as named, and those of folders in the order of their names: .jsonl, .json, .log, .txt, also with .gz. */
export async function recordingsIn(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    if (path === '-') {
      files.push(path);
      continue;
    }
    const found = await stat(path).catch((cause) => {
      throw unreadable(path, cause);
    });
    if (!found.isDirectory()) {
      files.push(path);
      continue;
    }
    const names = (await readdir(path)).filter((name) => /\.(jsonl?|log|txt)(\.gz)?$/.test(name)).sort();
    files.push(...names.map((name) => join(path, name)));
  }
  return [...new Set(files)];
}

/**
 * The lines of a file, one in memory at a time. `.gz` is unpacked.
 * @throws OperatorError recording-unreadable
 */
export async function* linesOf(path: string): AsyncGenerator<RawLine> {
  let number = 0;
  let rest = '';
  let skipping = false;
  try {
    for await (const chunk of open(path)) {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop()!;
      for (const part of parts) {
        number++;
        yield { number, text: skipping || part.length > MOST_LINE_BYTES ? undefined : part, cutOff: false };
        skipping = false;
      }
      if (rest.length > MOST_LINE_BYTES) {
        skipping = true;
        rest = '';
      }
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === undefined) throw cause;
    throw unreadable(path, cause);
  }
  if (rest !== '' || skipping) yield { number: number + 1, text: skipping ? undefined : rest, cutOff: true };
}

function open(path: string): AsyncIterable<string> {
  const raw = path === '-' ? process.stdin : createReadStream(path);
  if (!path.endsWith('.gz')) return raw.setEncoding('utf8');
  const unpacked: Readable = raw.pipe(createGunzip());
  raw.on('error', (error: Error) => unpacked.destroy(error));
  return unpacked.setEncoding('utf8');
}
