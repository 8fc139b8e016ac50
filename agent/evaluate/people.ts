import type { Box } from '../domain/geometry.ts';
import type { Expression } from '../domain/signal.ts';
import { type Interval, shared, spanning } from './interval.ts';
import type { Kind, Person, Truth, TruthEvent } from './truth.ts';

/** What somebody was doing in a frame. */
export const ACTIVITIES = [
  'micro-expression',
  'blink',
  'talk',
  'head-motion',
  'macro-expression',
  'nothing',
] as const;
export type Activity = (typeof ACTIVITIES)[number];

/** Activities in which there is nothing to be found: their footage is called `none`. */
export const NONE_ACTIVITIES = ['talk', 'head-motion', 'macro-expression', 'blink', 'nothing'] as const;
export type NoneActivity = (typeof NONE_ACTIVITIES)[number];

/** A micro-expression as it occurs in a recording, which may show its film more than once. */
export interface Occurrence {
  readonly label: Expression;
  /** Action units that moved. */
  readonly aus: readonly number[];
  readonly interval: Interval;
  readonly onsetFrame: number;
  readonly apexFrame: number;
  readonly offsetFrame: number;
  /** Seen at a place that counts in every frame of it. */
  readonly counts: boolean;
}

export interface Place {
  /** Size of the analysis frame, px; the truth is scaled to it. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** The zone of a face at a box (px of the analysis frame); undefined where no face counts. */
  zoneOf(box: Box): string | undefined;
}

/** One person of the truth in a recording of `frames` frames. Frame numbers are the recording's. */
export class Actor {
  readonly id: string;
  readonly occurrences: readonly Occurrence[];
  readonly #person: Person;
  readonly #boxes: readonly Box[];
  readonly #inZone: readonly boolean[];
  readonly #doing: readonly Activity[];

  constructor(person: Person, truth: Truth, place: Place, frames: number) {
    this.id = person.id;
    this.#person = person;
    const [sx, sy] = [place.widthPx / truth.widthPx, place.heightPx / truth.heightPx];
    this.#boxes = person.frames.box.map(([x, y, w, h]) => ({
      x: x * sx,
      y: y * sy,
      width: w * sx,
      height: h * sy,
    }));
    this.#inZone = this.#boxes.map(
      (box, frame) => person.frames.visible[frame] === 1 && place.zoneOf(box) !== undefined,
    );
    this.#doing = doing(person.events, truth.frames);
    this.occurrences = occurrences(person.events, truth.frames, frames, (frame) => this.counts(frame));
  }

  get #length(): number {
    return this.#boxes.length;
  }

  /** Undefined when not to be seen. Pixels of the analysis frame. */
  boxAt(frame: number): Box | undefined {
    const at = frame % this.#length;
    return this.#person.frames.visible[at] === 1 ? this.#boxes[at] : undefined;
  }

  /** To be seen, and at a place where faces count. */
  counts(frame: number): boolean {
    return this.#inZone[frame % this.#length]!;
  }

  activityAt(frame: number): Activity {
    return this.#doing[frame % this.#length]!;
  }

  /**
   * What was going on during an interval: a micro-expression if at least half of it lies in one; else what it shares
   * most frames with, however few; nothing if it touches nothing. Half a second can hold a blink and stillness, and then
   * the blink is the likelier cause.
   */
  activityIn(interval: Interval): Activity {
    const frames = new Map<Activity, number>();
    for (let frame = Math.max(0, Math.floor(interval.from)); frame < interval.to; frame++) {
      const activity = this.activityAt(frame);
      frames.set(activity, (frames.get(activity) ?? 0) + shared(interval, spanning(frame, frame)));
    }
    if ((frames.get('micro-expression') ?? 0) >= (interval.to - interval.from) / 2) return 'micro-expression';
    const causes = NONE_ACTIVITIES.filter((activity) => activity !== 'nothing' && frames.has(activity));
    return causes.reduce<Activity>(
      (most, activity) => (most === 'nothing' || frames.get(activity)! > frames.get(most)! ? activity : most),
      'nothing',
    );
  }
}

/** When several things happen at once, the one that is over soonest names the frame. */
function doing(events: readonly TruthEvent[], frames: number): Activity[] {
  const order: readonly Kind[] = ['head-motion', 'macro-expression', 'talk', 'blink', 'micro-expression'];
  const result = new Array<Activity>(frames).fill('nothing');
  for (const kind of order)
    for (const event of events)
      if (event.kind === kind) result.fill(kind, event.onsetFrame, event.offsetFrame + 1);
  return result;
}

/** Every whole showing of each micro-expression; what the recording breaks off cannot be found and does not count. */
function occurrences(
  events: readonly TruthEvent[],
  length: number,
  frames: number,
  counts: (frame: number) => boolean,
): Occurrence[] {
  const found: Occurrence[] = [];
  for (let start = 0; start < frames; start += length) {
    for (const { label, aus, onsetFrame, apexFrame, offsetFrame } of events) {
      if (label === 'none' || start + offsetFrame >= frames) continue;
      const interval = spanning(start + onsetFrame, start + offsetFrame);
      let whole = true;
      for (let frame = interval.from; frame < interval.to; frame++) whole &&= counts(frame);
      found.push({
        label,
        aus,
        interval,
        onsetFrame: start + onsetFrame,
        apexFrame: start + apexFrame,
        offsetFrame: start + offsetFrame,
        counts: whole,
      });
    }
  }
  return found;
}
