import type { Landmarks, Template } from '../domain/face.ts';
import type { PlanarImage } from '../domain/frame.ts';
import type { Box, Point } from '../domain/geometry.ts';
import { Anchor, POINTS, type Smoothing } from './anchor.ts';
import { skullWeights } from './attention.ts';
import { createCover } from './cover.ts';
import { createLucasKanade, type Match } from './lucas-kanade.ts';
import { createPyramid, type Level } from './pyramid.ts';
import { Reference } from './reference.ts';
import {
  apart,
  apply,
  compose,
  fitSimilarity,
  IDENTITY,
  invert,
  isFiniteSimilarity,
  type Similarity,
  scaleOf,
} from './similarity.ts';

export interface Registered {
  /** Source pixels to crop pixels. */
  readonly transform: Similarity;
  /** Crops of this track before this one are not comparable with it. */
  readonly anew: boolean;
  /** See FaceCrop; undefined where `anew`. */
  readonly residualPx?: number;
  readonly shiftPx?: number;
  readonly coveredShare?: number;
}

interface Track {
  readonly fine: Reference;
  readonly coarse: Reference;
  readonly anchor: Anchor;
  /** Source to reference, and as it was one frame before. */
  transform: Similarity;
  before: Similarity | undefined;
  landmarks: readonly Point[];
  ptsMs: number;
  learnt: number;
  /** Where the face was of late, and how far the anchor has moved, with when. */
  readonly recent: { readonly ptsMs: number; readonly transform: Similarity; readonly draggedPx: number }[];
}

/** Places a side of the fine grid; the coarse one has half. */
const SIDE = 56;
/** Time constant with which the reference follows what the face looks like. */
const LEARNING_MS = 1_000;
const LEARNT_AT_FIRST = 12;
/** Below this the two do not show the same. */
const MIN_CORRELATION = 0.75;
const MIN_AGREEING = 0.35;
/** Further from the filtered landmarks than this the match hangs on something else, crop px of 112. */
const LOST_PX = 14;
/** A hand before the face, a blurred frame: so long is waited for the face to show again. */
const PATIENCE_MS = 200;
/** Crops this far apart in time are compared. */
const COMPARED_MS = 200;

/**
 * Keeps every crop of a track in one place: where the skull is in each frame is estimated on the pixels, against what the
 * face looked like so far; the landmarks say where to look, where the crop should be in the long run, and stand in when
 * the pixels say nothing.
 */
export function createRegistration(template: Template, sizePx: number, smoothing?: Smoothing) {
  const unit = sizePx / 112;
  const target = POINTS.map((name) => ({ x: template[name][0], y: template[name][1] }));
  const grid = (side: number) => ({ side, pitchPx: sizePx / side });
  const weights = (side: number) => skullWeights(template, side, sizePx / side);
  const fine = createLucasKanade(grid(SIDE), weights(SIDE));
  const coarse = createLucasKanade(grid(SIDE / 2), weights(SIDE / 2));
  const face = [...weights(SIDE).entries()].flatMap(([i, weight]) => (weight > 0 ? [i] : []));
  const cover = createCover(SIDE, face);
  const pyramid = createPyramid();
  const tracks = new Map<number, Track>();

  function begin(trackId: number, landmarks: readonly Point[], ptsMs: number): Track | undefined {
    forget(trackId);
    const transform = fitSimilarity(landmarks, target);
    if (transform === undefined || !isFiniteSimilarity(transform)) return undefined;
    const track: Track = {
      fine: new Reference(SIDE * SIDE),
      coarse: new Reference((SIDE * SIDE) / 4),
      anchor: new Anchor(template, sizePx, smoothing),
      transform,
      before: undefined,
      landmarks,
      ptsMs,
      learnt: 0,
      recent: [],
    };
    tracks.set(trackId, track);
    return track;
  }

  function learn(track: Track, levels: { fine: Level; coarse: Level }, passedMs: number): void {
    const share = Math.max(1 - Math.exp(-passedMs / LEARNING_MS), 1 / (track.learnt + 1));
    for (const [kanade, level, reference] of [
      [fine, levels.fine, track.fine],
      [coarse, levels.coarse, track.coarse],
    ] as const) {
      const { values, seen } = kanade.look(level, track.transform);
      reference.learn(values, seen, share);
    }
    track.learnt = Math.min(LEARNT_AT_FIRST, track.learnt + 1);
  }

  /** Where the face may be: where it was, where it was going, where the landmarks went, where they are. */
  function guesses(track: Track, landmarks: readonly Point[]): Similarity[] {
    const followed = fitSimilarity(landmarks, track.landmarks);
    const absolute = fitSimilarity(landmarks, track.anchor.landmarks);
    return [
      track.transform,
      ...(track.before === undefined
        ? []
        : [compose(compose(track.transform, invert(track.before)), track.transform)]),
      ...(followed === undefined ? [] : [compose(track.transform, followed)]),
      ...(absolute === undefined ? [] : [absolute]),
    ];
  }

  function match(
    track: Track,
    levels: { fine: Level; coarse: Level },
    landmarks: readonly Point[],
  ): Match | undefined {
    const ranked = guesses(track, landmarks)
      .map((guess) => ({ guess, score: coarse.correlation(track.coarse, levels.coarse, guess) }))
      .sort((a, b) => b.score - a.score);
    const start = ranked[0]!.guess;
    const near = coarse.match(track.coarse, levels.coarse, start, 6, 3)?.transform ?? start;
    const found = fine.match(track.fine, levels.fine, near, 6, 1);
    if (found === undefined || found.agreeing < MIN_AGREEING) return undefined;
    if (fine.correlation(track.fine, levels.fine, found.transform) < MIN_CORRELATION) return undefined;
    return found;
  }

  /** How far the head was, at most, from where it is now, over the time that is compared; crop px. */
  function shift({ recent, transform }: Track): number {
    const centre = { x: sizePx / 2, y: sizePx / 2 };
    return Math.max(
      ...recent.map((then) => apart(compose(transform, invert(then.transform)), IDENTITY, centre, 40 * unit)),
    );
  }

  function forget(trackId: number): void {
    const track = tracks.get(trackId);
    track?.fine.wipe();
    track?.coarse.wipe();
    tracks.delete(trackId);
  }

  return {
    /**
     * @param kept the part of the picture that shows the face
     * @returns undefined when nobody can say where the face is in this frame
     */
    register(
      image: PlanarImage,
      trackId: number,
      kept: Box,
      landmarksOf: Landmarks,
      ptsMs: number,
    ): Registered | undefined {
      const landmarks = POINTS.map((name) => landmarksOf[name]);
      let track = tracks.get(trackId);
      let anew = track === undefined;
      const passedMs = track === undefined ? 0 : ptsMs - track.ptsMs;
      track ??= begin(trackId, landmarks, ptsMs);
      if (track === undefined) return undefined;
      const pitchPx = sizePx / SIDE / scaleOf(track.transform);
      const levels = pyramid.of(image, kept, pitchPx);
      let left: { readonly residualPx: number; readonly coveredShare: number } | undefined;
      if (!anew && levels !== undefined) {
        const found = match(track, levels, landmarks);
        if (found === undefined || track.anchor.offPx > LOST_PX * unit) {
          if (passedMs < PATIENCE_MS) return undefined;
          track = begin(trackId, landmarks, ptsMs);
          if (track === undefined) return undefined;
          anew = true;
        } else {
          track.before = track.transform;
          track.transform = found.transform;
          const { values, seen } = fine.look(levels.fine, track.transform);
          left = { residualPx: found.errorPx, coveredShare: cover.of(track.fine, values, seen) };
        }
      }
      track.anchor.push(
        landmarks.map((point) => apply(track.transform, point)),
        anew ? 0 : passedMs,
      );
      if (levels !== undefined) learn(track, levels, passedMs);
      track.landmarks = landmarks;
      track.ptsMs = ptsMs;
      track.recent.push({ ptsMs, transform: track.transform, draggedPx: track.anchor.movedPx });
      while (track.recent[0]!.ptsMs < ptsMs - COMPARED_MS) track.recent.shift();
      const transform = compose(track.anchor.transform, track.transform);
      if (left === undefined) return { transform, anew };
      const dragged = track.recent.reduce((sum, { draggedPx }) => sum + draggedPx, 0);
      const residualPx = Math.hypot(left.residualPx, dragged);
      return { transform, anew, ...left, residualPx, shiftPx: shift(track) };
    },

    forget,

    /** The times of the tracks' latest frames. */
    latest: (): ReadonlyMap<number, number> => new Map([...tracks].map(([id, { ptsMs }]) => [id, ptsMs])),

    /** Overwrite what is not part of a track. */
    wipe(): void {
      pyramid.wipe();
      fine.wipe();
      coarse.wipe();
      cover.wipe();
    },
  };
}
