import { ACTIVITIES, type Activity, type Actor } from './people.ts';
import type { Recording } from './recording.ts';

/** Face time in frames; several faces at once add up. */
export interface FaceTime {
  /** Of people at places that count, by the truth. */
  readonly inZones: number;
  /** Of that, what the pipeline counted; by what the face was doing. */
  readonly watched: Readonly<Record<Activity, number>>;
  /** Counted by the pipeline as a face, and nobody's. */
  readonly nobody: number;
}

export function faceTime(
  sightings: Recording['sightings'],
  actors: readonly Actor[],
  who: ReadonlyMap<number, Actor | undefined>,
  frames: readonly number[],
  frameOf: (ptsMs: number) => number,
): FaceTime {
  const watched = Object.fromEntries(ACTIVITIES.map((activity) => [activity, 0])) as Record<Activity, number>;
  const seen = new Set<string>();
  let nobody = 0;
  for (const { trackId, ptsMs } of sightings) {
    const actor = who.get(trackId);
    if (actor === undefined) {
      nobody++;
      continue;
    }
    // Two tracks of one face do not make more of it.
    const frame = frameOf(ptsMs);
    const key = `${actor.id} ${frame}`;
    if (!seen.has(key)) watched[actor.activityAt(frame)]++;
    seen.add(key);
  }
  let inZones = 0;
  for (const actor of actors) for (const frame of frames) if (actor.counts(frame)) inZones++;
  return { inZones, watched, nobody };
}
