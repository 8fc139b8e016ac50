import { assign } from '../../../agent/domain/assign.ts';
import { type Box, iou } from '../../../agent/domain/geometry.ts';

export interface Placed {
  readonly id: number;
  readonly box: Box;
}

/** One frame: who was there, and what the tracker says. */
export interface Sighting {
  readonly truth: readonly Placed[];
  readonly tracks: readonly Placed[];
}

export interface TrackingScore {
  /** 1 - (misses + false + switches) / truth: at most 1, may be negative. */
  readonly mota: number;
  /** F1 of identities over the whole sequence, 0..1. */
  readonly idf1: number;
  readonly switches: number;
  readonly misses: number;
  readonly falsePositives: number;
  /** Boxes of the truth. */
  readonly truth: number;
}

const SAME_IOU = 0.5;

/**
 * CLEAR MOT (Bernardin and Stiefelhagen, "Evaluating Multiple Object Tracking Performance", EURASIP JIVP 2008: a pair
 * stays together while it is valid, the rest is matched anew) and IDF1 (Ristani et al., "Performance Measures and a Data
 * Set for Multi-Target, Multi-Camera Tracking", ECCV workshops 2016: the one-to-one mapping of identities that agrees
 * in most frames). Boxes match from an IoU of 0.5.
 */
export function scoreTracking(frames: readonly Sighting[]): TrackingScore {
  const last = new Map<number, number>();
  const shared = new Map<number, Map<number, number>>();
  let [truth, tracked, matched, switches] = [0, 0, 0, 0];
  for (const frame of frames) {
    truth += frame.truth.length;
    tracked += frame.tracks.length;
    const overlap = frame.truth.map((person) => frame.tracks.map((track) => iou(person.box, track.box)));
    frame.truth.forEach(({ id }, i) => {
      const row = shared.get(id) ?? new Map<number, number>();
      shared.set(id, row);
      frame.tracks.forEach((track, j) => {
        if (overlap[i]![j]! >= SAME_IOU) row.set(track.id, (row.get(track.id) ?? 0) + 1);
      });
    });
    // A pair that still holds costs nothing, so that the assignment never breaks it for a better overlap.
    const cost = frame.truth.map(({ id }, i) =>
      frame.tracks.map((track, j) => {
        if (overlap[i]![j]! < SAME_IOU) return 1e6;
        return last.get(id) === track.id ? 0 : 10 + 1 - overlap[i]![j]!;
      }),
    );
    assign(cost).forEach((column, row) => {
      if (column < 0 || overlap[row]![column]! < SAME_IOU) return;
      const { id } = frame.truth[row]!;
      const track = frame.tracks[column]!.id;
      if (last.has(id) && last.get(id) !== track) switches++;
      last.set(id, track);
      matched++;
    });
  }
  const ids = [...new Set([...shared.values()].flatMap((row) => [...row.keys()]))];
  const people = [...shared.values()];
  const identity = assign(people.map((row) => ids.map((id) => -(row.get(id) ?? 0))))
    .map((column, row) => (column < 0 ? 0 : (people[row]!.get(ids[column]!) ?? 0)))
    .reduce((sum, frames) => sum + frames, 0);
  const misses = truth - matched;
  const falsePositives = tracked - matched;
  return {
    mota: 1 - (misses + falsePositives + switches) / truth,
    idf1: (2 * identity) / (truth + tracked),
    switches,
    misses,
    falsePositives,
    truth,
  };
}

/** The scores of several sequences as if they were one. */
export function together(scores: readonly TrackingScore[]): TrackingScore {
  const sum = (of: (score: TrackingScore) => number) => scores.reduce((total, score) => total + of(score), 0);
  const truth = sum((score) => score.truth);
  const bad = sum((score) => score.misses + score.falsePositives + score.switches);
  // 2 IDTP / (truth + tracked) of each, weighed by what it is a share of.
  const weight = (score: TrackingScore) => 2 * score.truth - score.misses + score.falsePositives;
  return {
    mota: 1 - bad / truth,
    idf1: sum((score) => score.idf1 * weight(score)) / sum(weight),
    switches: sum((score) => score.switches),
    misses: sum((score) => score.misses),
    falsePositives: sum((score) => score.falsePositives),
    truth,
  };
}
