import type { CalibrationState } from '../domain/quality.ts';

const DAY_MS = 86_400_000;

/**
 * How a camera's calibration stood when the day (UTC) began. When it was done, or when its noise changed, depends on how
 * much of faces was seen, so it is told once a day and not when it happens.
 */
export class SpottingDay {
  #day: number | undefined;
  #isKnown = false;
  #now: CalibrationState = 'calibrating';
  #told: CalibrationState = 'calibrating';

  note(state: CalibrationState, wallMs: number): void {
    this.told(wallMs);
    this.#now = state;
    // What it starts with comes from the disk, not from faces.
    if (!this.#isKnown) this.#told = state;
    this.#isKnown = true;
  }

  told(wallMs: number): CalibrationState {
    const day = Math.floor(wallMs / DAY_MS);
    if (this.#day !== undefined && day !== this.#day) this.#told = this.#now;
    this.#day = day;
    return this.#told;
  }
}
