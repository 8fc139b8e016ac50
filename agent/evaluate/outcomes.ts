import type { ObservedEvent } from '../domain/observer.ts';
import { match } from './matching.ts';
import type { Activity, Actor, Occurrence } from './people.ts';
import type { Timeline } from './timeline.ts';

/** One spotted event and what became of it against the truth. */
export interface Outcome {
  readonly event: ObservedEvent;
  /** Whose face it is said of; undefined: nobody's. */
  readonly actor: Actor | undefined;
  /** The micro-expression that it spotted. */
  readonly occurrence: Occurrence | undefined;
  readonly iou: number;
  /** What the face was really doing; undefined on nobody's face. */
  readonly activity: Activity | undefined;
}

/** The events of one face, each with the micro-expression it spotted, at most one each. */
function outcomesOf(actor: Actor, events: readonly ObservedEvent[], timeline: Timeline): Outcome[] {
  const intervals = events.map(({ onsetMs, offsetMs }) => timeline.interval(onsetMs, offsetMs));
  const matches = match(
    actor.occurrences.map(({ interval }) => interval),
    intervals,
  );
  return events.map((event, i) => {
    const found = matches.find(({ spotted }) => spotted === i);
    return {
      event,
      actor,
      occurrence: found === undefined ? undefined : actor.occurrences[found.truth]!,
      iou: found?.iou ?? 0,
      activity: actor.activityIn(intervals[i]!),
    };
  });
}

/** What became of each of `events`, in their order. */
export function outcomes(
  events: readonly ObservedEvent[],
  actors: readonly Actor[],
  who: ReadonlyMap<number, Actor | undefined>,
  timeline: Timeline,
): Outcome[] {
  const known = new Map(
    actors
      .flatMap((actor) =>
        outcomesOf(
          actor,
          events.filter(({ trackId }) => who.get(trackId) === actor),
          timeline,
        ),
      )
      .map((outcome) => [outcome.event, outcome]),
  );
  return events.map(
    (event) =>
      known.get(event) ?? {
        event,
        actor: undefined,
        occurrence: undefined,
        iou: 0,
        activity: undefined,
      },
  );
}
