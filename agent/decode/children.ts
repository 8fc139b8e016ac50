import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { pipeline, type Readable } from 'node:stream';
import { environment } from './environment.ts';

/** The programs of one session, and the pipes on which they tell. */
export interface Children {
  /** Pictures; those of GStreamer have their times with them. */
  readonly pictures: Readable;
  /** A line with the time of each picture, from FFmpeg. */
  readonly times: Readable | undefined;
  /** What they complain of. */
  readonly words: readonly Readable[];
  kill(): void;
  /** Resolves when no process is left. */
  gone(): Promise<void>;
}

/** `missing`: there is no such program. `closed`: it ended, and all that it had to tell has been told. */
type OnEnd = (how: 'missing' | 'died' | 'closed') => void;

function start(program: string, args: readonly string[], stdio: SpawnOptions['stdio'], onEnd: OnEnd) {
  const child = spawn(program, args, { stdio: stdio!, env: environment() });
  child.once('error', (error: NodeJS.ErrnoException) => onEnd(error.code === 'ENOENT' ? 'missing' : 'died'));
  child.once('close', () => onEnd('closed'));
  return child;
}

const goneOf = (child: ChildProcess): Promise<unknown> =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', resolve));

/** `input` goes into the standard input: arguments are for every user of the machine to read. */
function say(child: ChildProcess, input: string): void {
  child.stdin!.on('error', () => {});
  child.stdin!.end(input);
}

/** FFmpeg alone: it connects and decodes. */
export function ffmpeg(args: readonly string[], input: string, onEnd: OnEnd): Children {
  const child = start('ffmpeg', args, ['pipe', 'ignore', 'pipe', 'pipe', 'pipe'], onEnd);
  say(child, input);
  return {
    pictures: child.stdio[3] as Readable,
    times: child.stdio[4] as Readable,
    words: [child.stderr!],
    kill: () => void child.kill('SIGKILL'),
    gone: async () => void (await goneOf(child)),
  };
}

/** FFmpeg connects, GStreamer decodes: the address and its password are known to the first only. */
export function gstreamer(
  connect: readonly string[],
  decode: readonly string[],
  input: string,
  onEnd: OnEnd,
): Children {
  const decoder = start('gst-launch-1.0', decode, ['pipe', 'ignore', 'pipe', 'pipe'], onEnd);
  const connection = start('ffmpeg', connect, ['pipe', 'pipe', 'pipe'], (how) => {
    if (how !== 'closed') onEnd(how);
  });
  let isFed = false;
  connection.stdout!.once('data', () => {
    isFed = true;
  });
  connection.once('close', (code) => {
    // A decoder that was given nothing may wait for ever; one that was given pictures ends by itself with the last.
    if (code !== 0 || !isFed) onEnd('closed');
  });
  say(connection, input);
  // Either end may be gone first, and then says why on its own.
  pipeline(connection.stdout!, decoder.stdin!, () => {});
  const both = [connection, decoder];
  return {
    pictures: decoder.stdio[3] as Readable,
    times: undefined,
    words: both.map(({ stderr }) => stderr!),
    kill: () => {
      for (const child of both) child.kill('SIGKILL');
    },
    gone: async () => void (await Promise.all(both.map(goneOf))),
  };
}
