import { EXPRESSIONS, type Expression } from '../domain/signal.ts';
import { ratio } from './counts.ts';
import type { FaceTime } from './face-time.ts';
import type { Outcome } from './outcomes.ts';
import { NONE_ACTIVITIES, type NoneActivity } from './people.ts';

/** Events that are not there, and the face time in which they were reported. */
export interface FalseCount {
  readonly events: number;
  readonly byLabel: Readonly<Record<Expression, number>>;
  readonly faceMinutes: number;
  /** Null: no such time. */
  readonly perFaceMinute: number | null;
}

export interface FalseEvents {
  /**
   * Footage in which no micro-expression is going on. Events on what is nobody's face are in it, their time is not: it
   * must not thin the rate.
   */
  readonly none: FalseCount;
  readonly during: Readonly<Record<NoneActivity, FalseCount>>;
  readonly nobody: FalseCount;
  /** During a micro-expression, but too far off to have spotted it, or the second report of it. Not in `none`. */
  readonly mistimed: FalseCount;
}

/**
 * @param wrong reported events that spotted nothing
 * @param framesPerMinute of face time
 */
export function falseEvents(
  wrong: readonly Outcome[],
  { watched, nobody }: FaceTime,
  framesPerMinute: number,
): FalseEvents {
  const count = (events: readonly Outcome[], frames: number): FalseCount => ({
    events: events.length,
    byLabel: Object.fromEntries(
      EXPRESSIONS.map((label) => [label, events.filter(({ event }) => event.label === label).length]),
    ) as Record<Expression, number>,
    faceMinutes: frames / framesPerMinute,
    perFaceMinute: ratio(events.length * framesPerMinute, frames),
  });
  const duringNone = NONE_ACTIVITIES.reduce((sum, activity) => sum + watched[activity], 0);
  return {
    none: count(
      wrong.filter(({ activity }) => activity !== 'micro-expression'),
      duringNone,
    ),
    during: Object.fromEntries(
      NONE_ACTIVITIES.map((kind) => [
        kind,
        count(
          wrong.filter(({ activity }) => activity === kind),
          watched[kind],
        ),
      ]),
    ) as Record<NoneActivity, FalseCount>,
    nobody: count(
      wrong.filter(({ actor }) => actor === undefined),
      nobody,
    ),
    mistimed: count(
      wrong.filter(({ activity }) => activity === 'micro-expression'),
      watched['micro-expression'],
    ),
  };
}
