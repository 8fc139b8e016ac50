import { type Finding, fail, ok, warn } from './finding.ts';
import type { Machine } from './machine.ts';

/** The demo's two cameras with everything else take 256 MB; the rest is for other sizes and for what comes in bursts. */
const BASE_MB = 150;
const CAMERA_MB = 200;

export async function memory(machine: Machine, cameras: number): Promise<Finding[]> {
  const meminfo = await machine.text('/proc/meminfo');
  const kb = /^MemAvailable:\s+(\d+) kB/m.exec(meminfo ?? '')?.[1];
  const needMb = BASE_MB + CAMERA_MB * Math.max(1, cameras);
  const findings: Finding[] = [];
  if (kb === undefined) findings.push(warn('available', 'unknown', 'Is /proc mounted?'));
  else {
    const mb = Math.round(Number(kb) / 1000);
    const said = `${mb} MB, for about ${needMb} MB`;
    findings.push(
      mb >= needMb ? ok('available', said) : fail('available', said, 'Fewer cameras, or more memory.'),
    );
  }
  const swaps = ((await machine.text('/proc/swaps')) ?? '').split('\n').slice(1);
  const onDisk = swaps
    .map((line) => line.split(/\s+/)[0]!)
    .filter((name) => name !== '' && !/zram/.test(name));
  findings.push(
    onDisk.length === 0
      ? ok('swap', 'none on a disk')
      : warn(
          'swap',
          onDisk.join(', '),
          'Pictures must not reach a disk: run it as the unit, which may not swap, or swapoff.',
        ),
  );
  return findings;
}
