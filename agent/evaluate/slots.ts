import type { ObservedSlot } from '../domain/observer.ts';
import { LABELS, type Label } from '../domain/signal.ts';
import { type Confusion, confusionOf, ratio, type Unweighted, unweighted, type Verdict } from './counts.ts';
import type { Actor } from './people.ts';
import type { Timeline } from './timeline.ts';

/** Counted slots against what was true in them: the last step before noise. */
export interface Slots {
  readonly counted: number;
  readonly right: number;
  /** Null: no slot. */
  readonly accuracy: number | null;
  readonly confusion: Confusion<Label>;
  /** Over the labels that were true of some slot; null: no slot. */
  readonly unweighted: Unweighted | null;
  /** Of faces that are nobody's; true of them is `none`. */
  readonly nobody: number;
}

/**
 * What a slot should say: the micro-expression that ended in it, since nobody can know one earlier. Of several, the
 * longest, then the first: a truth does not say how strong they were. Slots of nobody should say `none`.
 */
function truthOf(slot: ObservedSlot, actor: Actor | undefined, timeline: Timeline): Label {
  const [since, until] = [timeline.positionOf(slot.sinceMs), timeline.positionOf(slot.untilMs)];
  const ended = (actor?.occurrences ?? []).filter(
    ({ offsetFrame }) => offsetFrame > since && offsetFrame <= until,
  );
  const longest = ended.reduce<(typeof ended)[number] | undefined>(
    (best, each) =>
      best === undefined || each.offsetFrame - each.onsetFrame > best.offsetFrame - best.onsetFrame
        ? each
        : best,
    undefined,
  );
  return longest?.label ?? 'none';
}

export function judgeSlots(
  slots: readonly ObservedSlot[],
  who: ReadonlyMap<number, Actor | undefined>,
  timeline: Timeline,
): Slots {
  const verdicts = slots.map(
    (slot): Verdict<Label> => ({
      truth: truthOf(slot, who.get(slot.trackId), timeline),
      reported: slot.label,
    }),
  );
  const confusion = confusionOf(LABELS, verdicts);
  const right = verdicts.filter(({ truth, reported }) => truth === reported).length;
  return {
    counted: slots.length,
    right,
    accuracy: ratio(right, slots.length),
    confusion,
    unweighted: unweighted(
      confusion,
      LABELS.filter((label) => verdicts.some(({ truth }) => truth === label)),
    ),
    nobody: slots.filter(({ trackId }) => who.get(trackId) === undefined).length,
  };
}
