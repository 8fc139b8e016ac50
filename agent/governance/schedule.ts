import type { Config } from '../config/schema.ts';
import { wallParts } from './wall-clock.ts';

export type Schedule = NonNullable<Config['schedule']>;
type Day = Schedule['hours'][number]['days'][number];

const WEEK: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** What clock and calendar on the wall of the plant show: day as index into `WEEK`, minutes since its midnight. */
function onTheWall(at: Date, timeZone: string): { day: number; minute: number } {
  const parts = wallParts(at, timeZone);
  return {
    day: WEEK.indexOf(parts.weekday!.toLowerCase() as Day),
    minute: Number(parts.hour) * 60 + Number(parts.minute),
  };
}

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/**
 * May cameras be connected at this moment? Hours are wall-clock time of the plant, so that a shift begins at its time
 * in summer and winter; an hour that the clock repeats counts twice, one that it skips does not come. No schedule:
 * always.
 */
export function isOpen(schedule: Schedule | undefined, at: Date): boolean {
  if (schedule === undefined) return true;
  const { day, minute } = onTheWall(at, schedule.timeZone);
  const today = WEEK[day]!;
  const yesterday = WEEK[(day + 6) % 7]!;
  return schedule.hours.some(({ days, from, to }) => {
    const start = minuteOf(from);
    const end = minuteOf(to);
    if (start < end) return days.includes(today) && start <= minute && minute < end;
    // Past midnight the span still belongs to the day on which it began.
    return (days.includes(today) && minute >= start) || (days.includes(yesterday) && minute < end);
  });
}
