import { iou } from '../domain/geometry.ts';
import type { Actor } from './people.ts';
import type { Recording } from './recording.ts';

/**
 * Boxes of the truth reach from forehead to chin, the detector's a little further, and tracking smooths them: this much
 * overlap is the same face, and no two faces of a scene come near it.
 */
const SAME_FACE = 0.3;

/**
 * Whose face each track is: that of the person whose box it fits best in more than half of its frames, or nobody's. Two
 * tracks may be one person's.
 */
export function whoIsWho(
  sightings: Recording['sightings'],
  actors: readonly Actor[],
  frameOf: (ptsMs: number) => number,
): Map<number, Actor | undefined> {
  const votes = new Map<number, { frames: number; for: Map<Actor, number> }>();
  for (const { trackId, ptsMs, box } of sightings) {
    const vote = votes.get(trackId) ?? { frames: 0, for: new Map<Actor, number>() };
    votes.set(trackId, vote);
    vote.frames++;
    let best: Actor | undefined;
    let most = SAME_FACE;
    for (const actor of actors) {
      const truth = actor.boxAt(frameOf(ptsMs));
      const overlap = truth === undefined ? 0 : iou(truth, box);
      if (overlap >= most) [best, most] = [actor, overlap];
    }
    if (best !== undefined) vote.for.set(best, (vote.for.get(best) ?? 0) + 1);
  }
  return new Map(
    [...votes].map(([trackId, vote]) => [
      trackId,
      [...vote.for].find(([, frames]) => frames > vote.frames / 2)?.[0],
    ]),
  );
}
