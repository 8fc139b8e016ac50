import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';

/** What a process and all that it started did with data, as strace saw it. */
export interface Trace {
  /** All bytes that were written, by what they were written to, but for the exempt ones. */
  readonly written: ReadonlyMap<string, Buffer>;
  /** The one exemption: pictures on their way from a decoder to the camera process that started it. Bytes by socket pair. */
  readonly exempt: ReadonlyMap<string, number>;
  /** What a live view goes through on its way: pipes to and from its encoder, and from the camera process to its parent. */
  readonly view: ReadonlySet<string>;
  /** Files that were opened for writing. */
  readonly opened: ReadonlySet<string>;
  /** Where connections went, as far as they were not refused by a missing name: "127.0.0.1:1883", or the path of a socket. */
  readonly connected: ReadonlySet<string>;
  /** Ways around all this: memory files, shared maps of files, moves of pages that strace cannot look into. */
  readonly hidden: readonly string[];
}

const WRITES = [
  'write',
  'writev',
  'pwrite64',
  'pwritev',
  'pwritev2',
  'sendto',
  'sendmsg',
  'sendmmsg',
  'mq_timedsend',
];
const OPENS = ['open', 'openat', 'openat2', 'creat'];
const HIDDEN = [
  'memfd_create',
  'io_uring_setup',
  'splice',
  'vmsplice',
  'tee',
  'sendfile',
  'copy_file_range',
  'process_vm_writev',
  'shmget',
  'mq_open',
];
const BIRTHS = ['clone', 'clone3', 'fork', 'vfork'];
/** Longest part of one write that is looked at: twice a row of a full HD picture, and more. */
const MOST_BYTES = 16_384;

/** Arguments of strace for a command whose trace is to be read by `readTrace`. A question mark: not on every processor. */
export const straceArguments = (file: string, command: readonly string[]): string[] => {
  const calls = [...WRITES, ...OPENS, ...HIDDEN, ...BIRTHS, 'execve', 'socketpair', 'connect', 'mmap'].map(
    (name) => `?${name}`,
  );
  return [
    '-f',
    '-yy',
    '-xx',
    '-q',
    '--seccomp-bpf',
    '-s',
    `${MOST_BYTES}`,
    '-e',
    `trace=${calls.join(',')}`,
    '-e',
    'signal=none',
    '-o',
    file,
    ...command,
  ];
};

const bytesOf = (escaped: string): Buffer => Buffer.from(escaped.replaceAll('\\x', ''), 'hex');
const textOf = (escaped: string): string =>
  escaped.replaceAll(/(?:\\x[0-9a-f]{2})+/g, (each) => bytesOf(each).toString());
const stringsIn = (line: string): Buffer[] =>
  [...line.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map((match) => bytesOf(match[1]!));

/** Reads what strace wrote with `straceArguments`. */
export async function readTrace(file: string): Promise<Trace> {
  const reader = new Reader();
  for await (const line of createInterface({ input: createReadStream(file, 'latin1') })) reader.read(line);
  return reader.trace();
}

class Reader {
  /** Command line by thread. */
  readonly #programs = new Map<string, readonly string[]>();
  /** Socket pairs that camera processes made for their decoders: both names of each. */
  readonly #made = new Set<string>();
  readonly #written = new Map<string, Buffer[]>();
  readonly #exempt = new Map<string, number>();
  readonly #view = new Set<string>();
  readonly #opened = new Set<string>();
  readonly #connected = new Set<string>();
  readonly #hidden: string[] = [];

  read(line: string): void {
    const match = /^(\d+) +(?:<\.\.\. )?(\w+)(\(| resumed>)/.exec(line);
    if (match === null) return;
    const [, thread, call, how] = match as unknown as [string, string, string, string];
    if (BIRTHS.includes(call)) this.#born(thread, line);
    else if (call === 'socketpair') this.#paired(thread, line);
    // The second half of a call that was interrupted; what it wrote was in the first.
    else if (how !== '(') return;
    else if (WRITES.includes(call)) this.#wrote(thread, line);
    else if (OPENS.includes(call)) this.#open(line);
    else if (call === 'execve') this.#programs.set(thread, stringsIn(line).map(String).slice(1));
    else if (HIDDEN.includes(call)) this.#hidden.push(textOf(line).slice(0, 200));
    else if (call === 'mmap') this.#mapped(line);
    else if (call === 'connect') this.#connect(line);
  }

  trace(): Trace {
    const written = new Map([...this.#written].map(([to, parts]) => [to, Buffer.concat(parts)]));
    return {
      written,
      exempt: this.#exempt,
      view: this.#view,
      opened: this.#opened,
      connected: this.#connected,
      hidden: this.#hidden,
    };
  }

  /** A thread or process runs what its parent runs, until it says otherwise. */
  #born(parent: string, line: string): void {
    const child = / = (\d+)(?:<[^>]*>)?$/.exec(line)?.[1];
    const program = this.#programs.get(parent);
    if (child !== undefined && program !== undefined && !this.#programs.has(child))
      this.#programs.set(child, program);
  }

  #isCamera(thread: string): boolean {
    return this.#programs.get(thread)?.some((argument) => argument.endsWith('camera/main.js')) === true;
  }

  #paired(thread: string, line: string): void {
    if (!this.#isCamera(thread)) return;
    for (const [, pair] of line.matchAll(/<(UNIX-STREAM:\[\d+->\d+\])>/g)) this.#made.add(pair!);
  }

  #wrote(thread: string, line: string): void {
    const target = /\((\d+)<(.*?)>, /.exec(line);
    const descriptor = target?.[1];
    const to = textOf(target?.[2] ?? 'unknown');
    const isDecoder = basename(this.#programs.get(thread)?.[0] ?? '') === 'ffmpeg';
    if (isDecoder && descriptor === '3' && this.#made.has(to)) {
      const length = Number(/, (\d+)(?:\)| <unfinished)/.exec(line.slice(-80))?.[1] ?? 0);
      this.#exempt.set(to, (this.#exempt.get(to) ?? 0) + length);
      return;
    }
    const isEncoder = isDecoder && this.#programs.get(thread)?.includes('mpegts') === true;
    const isCamera = this.#isCamera(thread);
    if ((isEncoder && descriptor === '1') || (isCamera && (descriptor === '4' || this.#made.has(to))))
      this.#view.add(to);
    // Eight bytes that wake somebody up; the kernel takes no more.
    if (to === 'anon_inode:[eventfd]') return;
    const parts = this.#written.get(to) ?? [];
    parts.push(...stringsIn(line));
    this.#written.set(to, parts);
  }

  #open(line: string): void {
    if (!/O_WRONLY|O_RDWR|O_CREAT|\bcreat\(/.test(line) || / = -1 /.test(line)) return;
    const folder = /\(AT_FDCWD<(.*?)>, |\(\d+<(.*?)>, /
      .exec(line)
      ?.slice(1)
      .find((each) => each !== undefined);
    const [name] = stringsIn(line).map(String);
    this.#opened.add(name!.startsWith('/') || folder === undefined ? name! : `${textOf(folder)}/${name}`);
  }

  #connect(line: string): void {
    if (/ENOENT/.test(line)) return;
    const port = /port=htons\((\d+)\)/.exec(line)?.[1];
    const [name] = stringsIn(line).map(String);
    this.#connected.add(port === undefined ? name! : `${name}:${port}`);
  }

  #mapped(line: string): void {
    const reachesFile = /MAP_SHARED/.test(line) && /PROT_WRITE/.test(line) && !/MAP_ANONYMOUS/.test(line);
    if (reachesFile) this.#hidden.push(textOf(line).slice(0, 200));
  }
}
