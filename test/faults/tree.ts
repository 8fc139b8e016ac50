import { readdirSync, readFileSync } from 'node:fs';

export type Part = 'supervisor' | 'camera' | 'decoder' | 'other';

export interface Process {
  readonly pid: number;
  readonly part: Part;
}

function read(
  pid: number,
): { readonly parent: number; readonly dead: boolean; readonly command: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { parent: Number(parent), dead: state === 'Z' || state === 'X', command };
  } catch {
    // Gone between two looks.
    return undefined;
  }
}

const partOf = (command: string): Part => {
  if (/agent\/main\.js run /.test(command)) return 'supervisor';
  if (/agent\/camera\/main\.js/.test(command)) return 'camera';
  return /^ffmpeg /.test(command) ? 'decoder' : 'other';
};

const all = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** A process and all that it started, itself first; what is dead and only waits to be buried is left out. */
export function treeOf(root: number): Process[] {
  const known = new Map(
    all().flatMap((pid) => {
      const process = read(pid);
      return process === undefined || process.dead ? [] : [[pid, process] as const];
    }),
  );
  const found: Process[] = [];
  const visit = (pid: number): void => {
    const process = known.get(pid);
    if (process === undefined) return;
    found.push({ pid, part: partOf(process.command) });
    for (const [child, { parent }] of known) if (parent === pid) visit(child);
  };
  visit(root);
  return found;
}

/** Every living process whose command line names this text: what a dead tree has left behind. */
export const named = (text: string): number[] =>
  all().filter(
    (pid) => pid !== process.pid && read(pid)?.dead === false && read(pid)!.command.includes(text),
  );

/** Open descriptors of a process. */
export const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** Each process of a tree with the number of its descriptors, as text. */
export const held = (root: number): string[] =>
  treeOf(root).map(({ pid, part }) => `${part} ${descriptorsOf(pid)}`);
