import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** proc(5): clock ticks a second. */
const TICKS_PER_S = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

export interface Load {
  readonly residentKb: number;
  /** Processor time since its start, seconds. */
  readonly processorS: number;
}

/** Of a process that runs. */
export function loadOf(pid: number): Load {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    residentKb: Number(/^VmRSS:\s+(\d+)/m.exec(status)![1]),
    processorS: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S,
  };
}

/** How many files this process, and what it starts, may have open. */
export function mostOpenFiles(): number {
  const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8'))!;
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}
