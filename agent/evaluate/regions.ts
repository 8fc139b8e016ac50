import { REGIONS, type Region } from '../domain/signal.ts';
import { ratio } from './counts.ts';
import type { Outcome } from './outcomes.ts';

/** Whether events say rightly where on the face they were. */
export interface Explained {
  /** Events that are right, and of which the truth says which muscles moved. */
  readonly events: number;
  readonly right: number;
  /** Null: no event. */
  readonly accuracy: number | null;
  /** How many would be right if the one region were always said that is right most often. */
  readonly always: { readonly region: Region; readonly right: number };
  readonly said: Readonly<Record<Region, number>>;
}

/**
 * Where the skin visibly moves, by action unit (Ekman, Friesen and Hager, Facial Action Coding System, 2002), for those
 * that the films have.
 */
const MOVED_BY: Readonly<Record<number, readonly Region[]>> = {
  1: ['brows'],
  2: ['brows'],
  4: ['brows'],
  5: ['eyes'],
  6: ['eyes', 'cheeks'],
  7: ['eyes'],
  9: ['nose'],
  10: ['nose', 'mouth'],
  12: ['mouth', 'cheeks'],
  14: ['mouth', 'cheeks'],
  15: ['mouth'],
  17: ['chin', 'mouth'],
  20: ['mouth'],
  23: ['mouth'],
  25: ['mouth'],
  26: ['mouth', 'chin'],
};

export const regionsMovedBy = (aus: readonly number[]): ReadonlySet<Region> =>
  new Set(aus.flatMap((au) => MOVED_BY[au] ?? []));

/** @param right outcomes that found a micro-expression */
export function explained(right: readonly Outcome[]): Explained {
  const judged = right.flatMap(({ event, occurrence }) => {
    const moved = regionsMovedBy(occurrence?.aus ?? []);
    return moved.size === 0 ? [] : [{ said: event.region, moved }];
  });
  const rightIf = (says: (said: Region) => Region) =>
    judged.filter(({ said, moved }) => moved.has(says(said))).length;
  const count = rightIf((said) => said);
  const always = REGIONS.map((region) => ({ region, right: rightIf(() => region) }));
  return {
    events: judged.length,
    right: count,
    accuracy: ratio(count, judged.length),
    always: always.reduce((best, each) => (each.right > best.right ? each : best)),
    said: Object.fromEntries(
      REGIONS.map((region) => [region, judged.filter(({ said }) => said === region).length]),
    ) as Record<Region, number>,
  };
}
