const DAY_MS = 86_400_000;

/** A day as YYYY-MM-DD. */
export type Day = string;

/** 0 is Sunday. */
export const weekdayOf = (day: Day): number => new Date(`${day}T00:00:00Z`).getUTCDay();
export const dayNumber = (day: Day): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS;
export const plusDays = (day: Day, days: number): Day =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** Days of a time zone. */
export class Calendar {
  readonly timeZone: string;
  readonly #format: Intl.DateTimeFormat;
  #last = { quarter: Number.NaN, day: '' };

  constructor(timeZone: string) {
    this.timeZone = timeZone;
    // Swedish writes dates as ISO 8601 does.
    this.#format = new Intl.DateTimeFormat('sv-SE', { timeZone });
  }

  dayOf(ms: number): Day {
    // Every offset in use is a multiple of a quarter of an hour.
    const quarter = Math.floor(ms / 900_000);
    if (quarter !== this.#last.quarter) this.#last = { quarter, day: this.#format.format(ms) };
    return this.#last.day;
  }

  /** When a day begins, milliseconds since the epoch. */
  startOf(day: Day): number {
    const utc = dayNumber(day) * DAY_MS;
    let [low, high] = [utc - DAY_MS, utc + DAY_MS];
    while (high - low > 60_000) {
      const middle = Math.round((low + high) / 120_000) * 60_000;
      if (this.dayOf(middle) < day) low = middle;
      else high = middle;
    }
    return high;
  }
}
