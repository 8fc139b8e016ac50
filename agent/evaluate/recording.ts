import type {
  Observations,
  ObservedEvent,
  ObservedFace,
  ObservedScore,
  ObservedSlot,
} from '../domain/observer.ts';

/** All that was observed while one recording went through the pipeline. Media times in milliseconds. */
export interface Recording {
  /** Of every picture that came, analysed or not. */
  readonly pictureMs: readonly number[];
  readonly sightings: readonly (ObservedFace & { readonly ptsMs: number })[];
  readonly events: readonly ObservedEvent[];
  readonly scores: readonly ObservedScore[];
  readonly slots: readonly ObservedSlot[];
}

/** Collects a `Recording`; `picture` is for whoever plays it, the rest for the pipeline. */
export function createRecorder(): Recording & Observations & { picture(ptsMs: number): void } {
  const pictureMs: number[] = [];
  const sightings: (ObservedFace & { readonly ptsMs: number })[] = [];
  const events: ObservedEvent[] = [];
  const scores: ObservedScore[] = [];
  const slots: ObservedSlot[] = [];
  return {
    ...{ pictureMs, sightings, events, scores, slots },
    picture: (ptsMs) => void pictureMs.push(ptsMs),
    onFrame(ptsMs, faces, ended) {
      const counting = new Set<number>();
      for (const { trackId, box } of faces) {
        counting.add(trackId);
        sightings.push({ ptsMs, trackId, box });
      }
      // Of a face whose time does not count now, no slot learns either.
      for (const event of ended) if (counting.has(event.trackId)) events.push(event);
    },
    onScore: (score) => void scores.push(score),
    onSlot: (slot) => void slots.push(slot),
  };
}
