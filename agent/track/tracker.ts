import { assign } from '../domain/assign.ts';
import {
  type DetectedFace,
  type ExpectedFace,
  type Landmarks,
  mapLandmarks,
  type TrackedFace,
} from '../domain/face.ts';
import { type Box, centreOf, iou } from '../domain/geometry.ts';
import { BoxFilter } from './kalman.ts';

export interface TrackerOptions {
  /** Detections before a track counts: a single flicker of the detector is never analysed. */
  readonly confirmHits: number;
  /** Sum of the log odds of their scores before it counts: three sure detections are enough, of doubtful ones it takes many. */
  readonly confirmEvidence: number;
  /** Time without a detection for which a face is still said to be where it is predicted. */
  readonly bridgeMs: number;
  /** Time without a detection after which a track ends. In between it is only waited for: somebody walked in front. */
  readonly maxMissMs: number;
  /** Score of a detection below which it goes on with a track, but begins none (the two thresholds of ByteTrack). */
  readonly startScore: number;
  /** What decides whose detection it is. `overlap` is SORT's. */
  readonly association: 'likelihood' | 'overlap';
}

export const TRACKER_DEFAULTS: TrackerOptions = {
  confirmHits: 3,
  confirmEvidence: 2,
  bridgeMs: 500,
  maxMissMs: 1_000,
  startScore: 0.5,
  association: 'likelihood',
};

/** Overlap of prediction and detection from which they can be the same face. */
const MIN_IOU = 0.25;
/**
 * Squared Mahalanobis distance up to which they can be, overlapping or not. The 0.1 % point of chi-square with three
 * degrees of freedom is 16; people turn and stop more suddenly than white noise.
 */
const GATE = 30;
/** And never further from the prediction than this, face heights: after a second unseen the covariance allows anything. */
const FARTHEST = 1.5;
const IMPOSSIBLE = 1e6;

/** Media time between two frames beyond which nothing can be bridged. */
const GAP_MS = 1_000;

/** Of a score; a sure one counts no more than 0.98. */
const logOdds = (score: number): number => Math.log(Math.min(0.98, score) / (1 - Math.min(0.98, score)));

interface Track {
  readonly id: number;
  readonly filter: BoxFilter;
  landmarks: Landmarks;
  landmarksBox: Box;
  hits: number;
  /** Sum of the log odds of the scores of its detections. */
  evidence: number;
  confirmed: boolean;
  seenMs: number;
  detected: boolean;
}

/**
 * SORT (Bewley et al., "Simple Online and Realtime Tracking", ICIP 2016) with two changes, each measured by
 * `npm run bench:faces`. Detections are assigned by likelihood under the filter's own covariance instead of by overlap:
 * after a gap or at few frames per second a face may be found beside its predicted box. And detections too weak to begin
 * a track go on with one (Zhang et al., "ByteTrack", ECCV 2022): half-covered faces are weak. Ids count up from 1 and mean nothing outside this process; there is no
 * re-identification, so somebody who turns away and back is somebody new.
 */
export function createTracker(options: TrackerOptions = TRACKER_DEFAULTS) {
  let tracks: Track[] = [];
  let nextId = 1;
  let lastMs: number | undefined;

  /** A clock that jumps (reconnect, loop of a recording) makes velocities meaningless: everybody is new. */
  const hasJumped = (ptsMs: number) => lastMs !== undefined && (ptsMs <= lastMs || ptsMs - lastMs > GAP_MS);
  /** Twice the negative log likelihood. */
  const costOf = (track: Track, { box, score }: DetectedFace): number => {
    // What is weak confirms nothing: a hand may look like a face for a moment, hardly for three.
    if (score < options.startScore && !track.confirmed) return IMPOSSIBLE;
    const { filter } = track;
    const overlap = iou(filter.box, box);
    if (options.association === 'overlap') return overlap < MIN_IOU ? IMPOSSIBLE : 1 - overlap;
    const { squared, logVariance } = filter.surprise(box);
    const [from, to] = [centreOf(filter.box), centreOf(box)];
    const isNear =
      squared <= GATE && Math.hypot(from.x - to.x, from.y - to.y) <= FARTHEST * filter.box.height;
    return !isNear && overlap < MIN_IOU ? IMPOSSIBLE : Math.min(squared, IMPOSSIBLE / 2) + logVariance;
  };
  const secondsSince = (ptsMs: number) => (lastMs === undefined ? 0 : (ptsMs - lastMs) / 1000);

  return {
    /** Where the faces followed so far should be at `ptsMs`; nothing changes by asking. */
    expect(ptsMs: number): ExpectedFace[] {
      if (hasJumped(ptsMs)) return [];
      return tracks.map((track) => {
        const box = track.filter.ahead(secondsSince(ptsMs));
        return { box, landmarks: carried(track, box), confirmed: track.confirmed };
      });
    },

    /** The picture has been cut: nobody in the next one is anybody of this. */
    end(): void {
      tracks = [];
    },

    /** One frame: its detections in, everybody who is followed out. */
    track(faces: readonly DetectedFace[], ptsMs: number): TrackedFace[] {
      if (hasJumped(ptsMs)) tracks = [];
      const seconds = secondsSince(ptsMs);
      lastMs = ptsMs;
      for (const track of tracks) {
        track.filter.predict(seconds);
        track.detected = false;
      }

      const free = new Set(faces);
      const cost = tracks.map((track) => faces.map((face) => costOf(track, face)));
      assign(cost).forEach((column, row) => {
        if (column < 0 || cost[row]![column]! >= IMPOSSIBLE) return;
        const track = tracks[row]!;
        const face = faces[column]!;
        track.filter.update(face.box);
        track.landmarks = face.landmarks;
        track.landmarksBox = face.box;
        track.hits++;
        track.evidence += logOdds(face.score);
        track.confirmed ||= track.hits >= options.confirmHits && track.evidence >= options.confirmEvidence;
        track.seenMs = ptsMs;
        track.detected = true;
        free.delete(face);
      });

      // A track that was never confirmed ends with its first miss; a confirmed one may blink.
      tracks = tracks.filter(
        (track) => track.detected || (track.confirmed && ptsMs - track.seenMs <= options.maxMissMs),
      );
      for (const face of free) {
        if (face.score < options.startScore) continue;
        tracks.push({
          id: nextId++,
          filter: new BoxFilter(face.box),
          landmarks: face.landmarks,
          landmarksBox: face.box,
          hits: 1,
          evidence: logOdds(face.score),
          confirmed: false,
          seenMs: ptsMs,
          detected: true,
        });
      }
      return tracks
        .filter((track) => ptsMs - track.seenMs <= options.bridgeMs)
        .map((track) => ({
          trackId: track.id,
          box: track.filter.box,
          landmarks: track.detected ? track.landmarks : carried(track, track.filter.box),
          detected: track.detected,
          confirmed: track.confirmed,
        }));
    },
  };
}

/** The last seen landmarks, moved along with the predicted box. */
function carried(track: Track, now: Box): Landmarks {
  const [from, to] = [centreOf(track.landmarksBox), centreOf(now)];
  const scale = now.height / track.landmarksBox.height;
  return mapLandmarks(track.landmarks, (point) => ({
    x: to.x + (point.x - from.x) * scale,
    y: to.y + (point.y - from.y) * scale,
  }));
}
