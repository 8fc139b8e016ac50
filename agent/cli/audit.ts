import { parseArgs } from 'node:util';
import { auditFolder } from '../audit/configured.ts';
import type { Entry, Head } from '../audit/entry.ts';
import { filesIn, readFileOf } from '../audit/files.ts';
import { verify } from '../audit/verify.ts';
import { loadConfig } from '../config/load.ts';
import { EXIT, OperatorError } from '../domain/errors.ts';
import { defaultConfigPath } from '../installation.ts';
import type { Io } from '../main.ts';
import { systemDisk } from '../state/disk.ts';
import { stateFolderOf } from '../state/folder.ts';

const USAGE = 'Usage: micron-edge audit verify|show [CONFIG] [--dir FOLDER] [--anchor SEQ:HASH]';

/**
 * `micron-edge audit verify`: 0 when the chain holds, 1 when it does not, with the first broken entry.
 * `micron-edge audit show`: the entries, one a line, newest last.
 */
export async function audit(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { dir: { type: 'string' }, anchor: { type: 'string' } },
  });
  const [action, path = defaultConfigPath(process.env), ...rest] = positionals;
  const anchor = anchorFrom(values.anchor);
  if ((action !== 'verify' && action !== 'show') || rest.length > 0 || anchor === 'wrong') {
    io.err(`${USAGE}\n`);
    return EXIT.config;
  }
  const folder = values.dir ?? auditFolder(stateFolderOf((await loadConfig(path)).config, process.env));
  try {
    return action === 'show' ? await show(folder, io) : await report(folder, anchor, io);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined || cause instanceof OperatorError) throw cause;
    throw new OperatorError('environment', 'audit-unreadable', `${folder} cannot be read (${code}).`, {
      remedy: 'Name the folder of the log with --dir, and do this as the user of the service, or as root.',
      cause,
    });
  }
}

/** `SEQ:HASH` as the message on the topic `audit` has them. */
function anchorFrom(text: string | undefined): Head | undefined | 'wrong' {
  if (text === undefined) return undefined;
  const [, seq, hash] = /^(\d{1,10}):([0-9a-f]{64})$/.exec(text) ?? [];
  return seq === undefined || hash === undefined ? 'wrong' : { seq: Number(seq), hash };
}

async function report(folder: string, anchor: Head | undefined, io: Io): Promise<number> {
  const verdict = await verify(folder, anchor);
  if (!verdict.ok) {
    io.err(`broken: ${verdict.path}${verdict.line === 0 ? '' : `:${verdict.line}`} ${verdict.why}\n`);
    return EXIT.failed;
  }
  const { files, entries, firstSeq, head, tornBytes } = verdict;
  if (tornBytes > 0)
    io.err(`note: ${tornBytes} bytes of an entry that is being written, or that a crash has cut off\n`);
  const from = firstSeq > 1 ? `, from ${firstSeq}: older ones have gone by their age` : '';
  io.out(`fine: ${entries} entries in ${files} files${from}\nanchor: ${head.seq}:${head.hash}\n`);
  return EXIT.ok;
}

async function show(folder: string, io: Io): Promise<number> {
  for (const name of await filesIn(folder, systemDisk)) {
    const { entries, fault, path } = await readFileOf(folder, name, systemDisk);
    for (const entry of entries) io.out(`${lineFor(entry)}\n`);
    if (fault === undefined) continue;
    io.err(`broken: ${path}:${fault.line} ${fault.why}\n`);
    return EXIT.failed;
  }
  return EXIT.ok;
}

const lineFor = ({ seq, at, event, detail }: Entry): string =>
  `${String(seq).padStart(6)}  ${at}  ${event.padEnd(18)} ${Object.keys(detail).length === 0 ? '' : JSON.stringify(detail)}`.trimEnd();
