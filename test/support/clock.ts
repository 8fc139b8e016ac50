import type { Clock } from '../../agent/domain/clock.ts';

/** Clocks that move only when a test moves them. */
export class TestClock implements Clock {
  #wallMs: number;
  #upMs = 1_000;
  #boot = 1;

  constructor(wallMs = Date.parse('2026-11-24T06:00:00Z')) {
    this.#wallMs = wallMs;
  }

  get boot(): string {
    return `boot-${this.#boot}`;
  }

  wallMs(): number {
    return this.#wallMs;
  }

  upMs(): number {
    return this.#upMs;
  }

  /** Time passes. */
  pass(ms: number): void {
    this.#wallMs += ms;
    this.#upMs += ms;
  }

  /** Somebody sets the wall clock. */
  step(ms: number): void {
    this.#wallMs += ms;
  }

  /** The machine is off for so long, and starts again. */
  reboot(offMs: number): void {
    this.#wallMs += offMs;
    this.#upMs = 1_000;
    this.#boot++;
  }
}
