import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const PIECE = 1 << 24;
/** Larger ones are address space that a runtime has reserved, not memory. */
const LARGEST = 2 ** 31;

/** How often each row stands in the writable memory of a process; undefined where that may not be read. */
export function copiesIn(pid: number, rows: readonly Uint8Array[]): number[] | undefined {
  let memory: number;
  try {
    memory = openSync(`/proc/${pid}/mem`, 'r');
  } catch (error) {
    if (['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  const counts = rows.map(() => 0);
  const piece = Buffer.alloc(PIECE);
  for (const [from, to] of writable(pid))
    for (let at = from; at < to; ) {
      const length = read(memory, piece, Math.min(PIECE, to - at), at);
      if (length === 0) break;
      for (const [i, row] of rows.entries())
        for (
          let found = piece.indexOf(row);
          found >= 0 && found < length;
          found = piece.indexOf(row, found + 1)
        )
          counts[i]!++;
      at += length;
    }
  closeSync(memory);
  return counts;
}

function* writable(pid: number): Generator<readonly [number, number]> {
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const match = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
    if (match === null) continue;
    const [from, to] = [Number.parseInt(match[1]!, 16), Number.parseInt(match[2]!, 16)];
    if (to - from < LARGEST) yield [from, to];
  }
}

/** Bytes read; 0 where there is nothing any more. */
function read(memory: number, into: Buffer, length: number, at: number): number {
  try {
    const read = readSync(memory, into, 0, length, at);
    into.fill(0, read);
    return read;
  } catch {
    return 0;
  }
}
