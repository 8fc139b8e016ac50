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
  /** Overlap of prediction and detection below which they cannot be the same face. */
  readonly minIou: number;
  /** Detections before a track counts: a single flicker of the detector is never analysed. */
  readonly confirmHits: number;
  /** Time without a detection after which a track ends. */
  readonly maxMissMs: number;
  /** Score of a detection below which it goes on with a track, but begins none (the thresholds of ByteTrack). */
  readonly startScore: number;
}

export const TRACKER_DEFAULTS: TrackerOptions = {
  minIou: 0.25,
  confirmHits: 3,
  maxMissMs: 500,
  startScore: 0.5,
};

/** Media time between two frames beyond which nothing can be bridged. */
const GAP_MS = 1_000;

interface Track {
  readonly id: number;
  readonly filter: BoxFilter;
  landmarks: Landmarks;
  landmarksBox: Box;
  hits: number;
  seenMs: number;
  detected: boolean;
}

/**
 * SORT (Bewley et al., ICIP 2016): predict by a constant-velocity Kalman filter, assign detections by overlap at minimum
 * cost, start a track for what is left over. Ids count up from 1 and mean nothing outside this process; there is no
 * re-identification, so somebody who turns away and back is somebody new.
 */
export function createTracker(options: TrackerOptions = TRACKER_DEFAULTS) {
  let tracks: Track[] = [];
  let nextId = 1;
  let lastMs: number | undefined;

  /** A clock that jumps (reconnect, loop of a recording) makes velocities meaningless: everybody is new. */
  const hasJumped = (ptsMs: number) => lastMs !== undefined && (ptsMs <= lastMs || ptsMs - lastMs > GAP_MS);
  const secondsSince = (ptsMs: number) => (lastMs === undefined ? 0 : (ptsMs - lastMs) / 1000);

  return {
    /** Where the faces followed so far should be at `ptsMs`; nothing changes by asking. */
    expect(ptsMs: number): ExpectedFace[] {
      if (hasJumped(ptsMs)) return [];
      return tracks.map((track) => {
        const box = track.filter.ahead(secondsSince(ptsMs));
        return { box, landmarks: carried(track, box), confirmed: track.hits >= options.confirmHits };
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
      const overlap = tracks.map((track) => faces.map((face) => iou(track.filter.box, face.box)));
      assign(overlap.map((row) => row.map((value) => 1 - value))).forEach((column, row) => {
        if (column < 0 || overlap[row]![column]! < options.minIou) return;
        const track = tracks[row]!;
        const face = faces[column]!;
        track.filter.update(face.box);
        track.landmarks = face.landmarks;
        track.landmarksBox = face.box;
        track.hits++;
        track.seenMs = ptsMs;
        track.detected = true;
        free.delete(face);
      });

      // A track that was never confirmed ends with its first miss; a confirmed one may blink.
      tracks = tracks.filter(
        (track) =>
          track.detected || (track.hits >= options.confirmHits && ptsMs - track.seenMs <= options.maxMissMs),
      );
      for (const face of free) {
        if (face.score < options.startScore) continue;
        tracks.push({
          id: nextId++,
          filter: new BoxFilter(face.box),
          landmarks: face.landmarks,
          landmarksBox: face.box,
          hits: 1,
          seenMs: ptsMs,
          detected: true,
        });
      }
      return tracks.map((track) => ({
        trackId: track.id,
        box: track.filter.box,
        landmarks: track.detected ? track.landmarks : carried(track, track.filter.box),
        detected: track.detected,
        confirmed: track.hits >= options.confirmHits,
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
