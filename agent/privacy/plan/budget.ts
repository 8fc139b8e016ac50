import type { Config } from '../../config/schema.ts';
import { epsilonOf } from '../../domain/epsilon.ts';
import { isOpen } from '../../governance/schedule.ts';
import { wallParts } from '../../governance/wall-clock.ts';

/** What the daily privacy budget pays for, in every zone alike. */
export interface BudgetPlan {
  /** Windows that the budget of any 24 hours pays for; undefined without noise, where there is no budget. */
  readonly windowsPer24h: number | undefined;
  /** Most windows in any 24 hours in which capture is on at some moment. */
  readonly watchedPer24h: number;
  /** Windows of a week in which capture is on at some moment, and those of them that the budget pays for. */
  readonly watchedPerWeek: number;
  readonly paidPerWeek: number;
  /** Wall clock of the plant, `Mon 14:00`, from which the first window of a week is withheld for the budget. */
  readonly spentFrom: string | undefined;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const WEEK_MS = 7 * DAY_MS;
/** A Monday in a January without changes of summer time. The week before it fills the rolling day. */
const MONDAY_MS = Date.UTC(2026, 0, 5);

/** Rounding of a day's sum, as the release step allows it. */
const TOLERANCE = 1e-9;

export function planBudget({ aggregation, schedule }: Pick<Config, 'aggregation' | 'schedule'>): BudgetPlan {
  const { epsilonPerDay, noise, windowS } = aggregation;
  const epsilon = epsilonOf(aggregation);
  const free = noise === 'none';
  const watched = [...watchedWindows(schedule, windowS * 1000)];
  const paid: number[] = [];
  let oldest = 0;
  let oldestWatched = 0;
  let watchedPer24h = 0;
  let watchedPerWeek = 0;
  let paidPerWeek = 0;
  let firstRefusedMs: number | undefined;
  for (const [i, endMs] of watched.entries()) {
    const counts = endMs > MONDAY_MS;
    if (counts) watchedPerWeek++;
    while (endMs - watched[oldestWatched]! >= DAY_MS) oldestWatched++;
    watchedPer24h = Math.max(watchedPer24h, i - oldestWatched + 1);
    while (oldest < paid.length && endMs - paid[oldest]! >= DAY_MS) oldest++;
    if (free || (paid.length - oldest + 1) * epsilon <= epsilonPerDay + TOLERANCE) {
      paid.push(endMs);
      if (counts) paidPerWeek++;
    } else if (counts) firstRefusedMs ??= endMs - windowS * 1000;
  }
  return {
    windowsPer24h: free ? undefined : Math.floor((epsilonPerDay + TOLERANCE) / epsilon),
    watchedPer24h,
    watchedPerWeek,
    paidPerWeek,
    spentFrom:
      firstRefusedMs === undefined ? undefined : onTheWall(firstRefusedMs, schedule?.timeZone ?? 'UTC'),
  };
}

/** Ends of the windows of two weeks in which cameras are connected at some moment. */
function* watchedWindows(schedule: Config['schedule'], lengthMs: number): Generator<number> {
  const fromMs = Math.floor((MONDAY_MS - WEEK_MS) / lengthMs) * lengthMs;
  const firstMinute = Math.floor(fromMs / MINUTE_MS);
  const open = openMinutes(schedule, firstMinute, Math.ceil((MONDAY_MS + WEEK_MS) / MINUTE_MS));
  for (let startMs = fromMs; startMs + lengthMs <= MONDAY_MS + WEEK_MS; startMs += lengthMs) {
    const first = Math.floor(startMs / MINUTE_MS) - firstMinute;
    const after = Math.ceil((startMs + lengthMs) / MINUTE_MS) - firstMinute;
    if (open.subarray(first, after).includes(1)) yield startMs + lengthMs;
  }
}

/** 1 for each minute in which capture is on; minutes since the epoch, `after` is exclusive. */
const openMinutes = (schedule: Config['schedule'], first: number, after: number): Uint8Array =>
  Uint8Array.from({ length: after - first }, (_, i) =>
    isOpen(schedule, new Date((first + i) * MINUTE_MS)) ? 1 : 0,
  );

function onTheWall(atMs: number, timeZone: string): string {
  const { weekday, hour, minute } = wallParts(new Date(atMs), timeZone);
  return `${weekday} ${hour}:${minute}`;
}
