import type { Expression, Label, Region } from '../domain/signal.ts';
import type { Outcome } from './outcomes.ts';
import type { Activity, Actor, Occurrence } from './people.ts';
import type { Timeline } from './timeline.ts';

/** One event of the spotter. Frames count from the start of the recording. */
export interface EventLine {
  readonly track: number;
  /** Null: nobody's face. */
  readonly person: string | null;
  readonly label: Label;
  readonly probability: number;
  readonly region: Region;
  readonly strength: number;
  readonly onsetFrame: number;
  readonly apexFrame: number;
  readonly offsetFrame: number;
  /** `left-out`: spotted a micro-expression that does not count, at the edge of a zone. */
  readonly outcome: 'right' | 'wrong' | 'left-out' | 'called-none';
  /** What the face was doing; null on nobody's. */
  readonly activity: Activity | null;
  /** With the micro-expression that it spotted, else 0. */
  readonly iou: number;
}

/** One micro-expression of the truth. */
export interface OccurrenceLine {
  readonly person: string;
  readonly label: Expression;
  readonly aus: readonly number[];
  readonly onsetFrame: number;
  readonly apexFrame: number;
  readonly offsetFrame: number;
  readonly counts: boolean;
  /** Null: missed. */
  readonly reportedAs: Expression | null;
}

/** `kept`: what became of it among the events that were kept; undefined when it was called none. */
export function eventLine(kept: Outcome | undefined, alone: Outcome, timeline: Timeline): EventLine {
  const { event, actor, activity } = alone;
  const outcomeOf = ({ occurrence }: Outcome) =>
    occurrence === undefined ? 'wrong' : occurrence.counts ? 'right' : 'left-out';
  return {
    track: event.trackId,
    person: actor?.id ?? null,
    label: event.label,
    probability: event.probability,
    region: event.region,
    strength: event.strength,
    onsetFrame: timeline.positionOf(event.onsetMs),
    apexFrame: timeline.positionOf(event.apexMs),
    offsetFrame: timeline.positionOf(event.offsetMs),
    outcome: kept === undefined ? 'called-none' : outcomeOf(kept),
    activity: activity ?? null,
    iou: (kept ?? alone).iou,
  };
}

export function occurrenceLine(
  actor: Actor,
  occurrence: Occurrence,
  kept: readonly Outcome[],
): OccurrenceLine {
  const { interval: _, ...rest } = occurrence;
  const found = kept.find((outcome) => outcome.occurrence === occurrence);
  return { person: actor.id, ...rest, reportedAs: (found?.event.label as Expression | undefined) ?? null };
}
