import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks of /proc a second: USER_HZ, 100 on every Linux that Node.js runs on (proc(5)). */
const TICK_MS = 10;

/** CPU time of this process, all its threads, milliseconds. */
export function ownMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

interface Stat {
  readonly parent: number;
  /** Its own, and of the children that it had and has waited for. */
  readonly ticks: number;
  readonly waitedTicks: number;
}

/** Fields of /proc/PID/stat as proc(5) numbers them, counted behind the name, which may hold anything. */
function statOf(pid: number | string): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It has ended between the two looks.
    return undefined;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return { parent: field(4), ticks: field(14) + field(15), waitedTicks: field(16) + field(17) };
}

/** CPU time of children that have ended, with all that they waited for themselves, milliseconds in steps of 10. */
export const endedChildrenMs = (): number => statOf('self')!.waitedTicks * TICK_MS;

/** A process and all below it, itself first. */
export function treeOf(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const stat = Number.isInteger(pid) ? statOf(pid) : undefined;
    if (stat !== undefined) children.set(stat.parent, [...(children.get(stat.parent) ?? []), pid]);
  }
  const below = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(below)];
  return below(root);
}

/** CPU time of these processes and of those below them that have ended, milliseconds in steps of 10. */
export const processesMs = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const { ticks = 0, waitedTicks = 0 } = statOf(pid) ?? {};
    return sum + (ticks + waitedTicks) * TICK_MS;
  }, 0);

/** Memory of a process, MB: its share of what it has with others (PSS), which may be added up. */
export function memoryMb(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1]) / 1024;
  } catch {
    // Ended, or somebody else's.
    return undefined;
  }
}

/** Command line of a process; empty when it has ended. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
