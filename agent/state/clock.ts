import { readFileSync } from 'node:fs';
import type { Clock } from '../domain/clock.ts';

/**
 * Name of this start of the machine (Linux, random(4)). Where it cannot be read, all starts share a name; they are then
 * told apart by `upMs` alone, which never makes more time pass than has passed.
 */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

/** CLOCK_REALTIME and CLOCK_MONOTONIC. */
export const systemClock = (): Clock => ({
  wallMs: () => Date.now(),
  upMs: () => Number(process.hrtime.bigint() / 1_000_000n),
  boot: bootId(),
});
