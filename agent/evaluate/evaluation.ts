import { EXPRESSIONS, type Expression } from '../domain/signal.ts';
import {
  type Confusion,
  confusionOf,
  type Detection,
  detection,
  type Unweighted,
  unweighted,
} from './counts.ts';
import { faceTime } from './face-time.ts';
import { type FalseEvents, falseEvents } from './false-events.ts';
import { type EventLine, eventLine, type OccurrenceLine, occurrenceLine } from './lines.ts';
import { type Outcome, outcomes } from './outcomes.ts';
import { ACTIVITIES, Actor, type Occurrence, type Place } from './people.ts';
import type { Recording } from './recording.ts';
import { type Explained, explained } from './regions.ts';
import { judgeSlots, type Slots } from './slots.ts';
import { Timeline } from './timeline.ts';
import { whoIsWho } from './tracks.ts';
import type { Truth } from './truth.ts';

export interface Evaluation {
  readonly frames: number;
  readonly seconds: number;
  /** Showings of the truth's film in the recording; whole or not. */
  readonly showings: number;
  readonly people: number;
  readonly faces: {
    readonly tracks: number;
    readonly tracksOfNobody: number;
    /** Face time in minutes; several faces at once add up. */
    readonly minutesInZones: number;
    readonly minutesWatched: number;
    readonly minutesOfNobody: number;
  };
  /** Of the events that the recogniser kept: those that reach a slot. */
  readonly spotting: Detection;
  /** Of all that the spotter found, also what the recogniser then called none. */
  readonly spottingAlone: Detection;
  readonly analysis: {
    /** Over the labels in the truth; null: nothing was spotted, so there was nothing to label. */
    readonly unweighted: Unweighted | null;
    readonly confusion: Confusion<Expression>;
  };
  /** F1 of spotting times F1 of analysis; 0 when nothing was spotted; null when there was nothing to spot or report. */
  readonly strs: number | null;
  readonly explained: Explained;
  readonly falseEvents: FalseEvents;
  readonly slots: Slots;
  readonly events: readonly EventLine[];
  readonly occurrences: readonly OccurrenceLine[];
}

/**
 * A recording that went through the whole pipeline against its truth. Definitions: `agent/evaluate/README.md`.
 *
 * @throws OperatorError truth-mismatch
 */
export function evaluate(recording: Recording, truth: Truth, place: Place): Evaluation {
  const timeline = new Timeline(truth.fps, recording.pictureMs[0] ?? 0);
  const frameOf = (ptsMs: number) => timeline.frameOf(ptsMs);
  const shown = recording.pictureMs.map(frameOf);
  const length = shown.length === 0 ? 0 : shown.at(-1)! + 1;
  const actors = truth.people.map((person) => new Actor(person, truth, place, length));
  const who = whoIsWho(recording.sightings, actors, frameOf);
  const time = faceTime(recording.sightings, actors, who, shown, frameOf);
  const framesPerMinute = truth.fps * 60;

  const judge = (events: Recording['events']) => outcomes(events, actors, who, timeline);
  const alone = judge(recording.events);
  const kept = judge(recording.events.filter(({ label }) => label !== 'none'));
  const right = kept.filter(({ occurrence }) => occurrence?.counts === true);
  const wrong = kept.filter(({ occurrence }) => occurrence === undefined);
  const wanted = actors.flatMap(({ occurrences }) => occurrences.filter(({ counts }) => counts));
  const spotting = detection(wanted.length, right.length + wrong.length, right.length);

  const confusion = confusionOf(
    EXPRESSIONS,
    right.map(({ event, occurrence }) => ({
      truth: occurrence!.label,
      reported: event.label as Expression,
    })),
  );
  const labelled = unweighted(
    confusion,
    EXPRESSIONS.filter((label) => wanted.some((occurrence) => occurrence.label === label)),
  );
  const minutes = (frames: number) => frames / framesPerMinute;
  return {
    frames: shown.length,
    seconds: length / truth.fps,
    showings: length / truth.frames,
    people: actors.length,
    faces: {
      tracks: who.size,
      tracksOfNobody: [...who.values()].filter((actor) => actor === undefined).length,
      minutesInZones: minutes(time.inZones),
      minutesWatched: minutes(ACTIVITIES.reduce((sum, activity) => sum + time.watched[activity], 0)),
      minutesOfNobody: minutes(time.nobody),
    },
    spotting,
    spottingAlone: detectionOf(alone, wanted),
    analysis: { unweighted: labelled, confusion },
    strs: spotting.f1 === null ? null : spotting.f1 * (labelled?.f1 ?? 0),
    explained: explained(right),
    falseEvents: falseEvents(wrong, time, framesPerMinute),
    slots: judgeSlots(recording.slots, who, timeline),
    events: alone.map((outcome) =>
      eventLine(
        kept.find(({ event }) => event === outcome.event),
        outcome,
        timeline,
      ),
    ),
    occurrences: actors.flatMap((actor) =>
      actor.occurrences.map((each) => occurrenceLine(actor, each, kept)),
    ),
  };
}

function detectionOf(events: readonly Outcome[], wanted: readonly Occurrence[]): Detection {
  const right = events.filter(({ occurrence }) => occurrence?.counts === true).length;
  const wrong = events.filter(({ occurrence }) => occurrence === undefined).length;
  return detection(wanted.length, right + wrong, right);
}
