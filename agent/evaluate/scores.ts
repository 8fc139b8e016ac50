import type { Recording } from './recording.ts';
import { Timeline } from './timeline.ts';

/**
 * The spotting score of every face and frame as CSV (RFC 4180), for choosing thresholds: frame of the truth (counted on
 * over showings), media time, track, score (log odds), robust z (0 while the face has too little past). Numbers only.
 */
export function scoresCsv({ pictureMs, scores }: Recording, fps: number): string {
  const timeline = new Timeline(fps, pictureMs[0] ?? 0);
  const lines = scores.map(({ ptsMs, trackId, score, z }) =>
    [timeline.frameOf(ptsMs), ptsMs, trackId, score, z].join(','),
  );
  return `${['frame,ptsMs,track,score,z', ...lines].join('\r\n')}\r\n`;
}
