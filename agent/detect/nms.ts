import { type DetectedFace, mapLandmarks } from '../domain/face.ts';
import { iou } from '../domain/geometry.ts';

/** Greedy non-maximum suppression: the best face wins, what overlaps it by more than `threshold` IoU goes. */
export function suppress(faces: readonly DetectedFace[], threshold: number): DetectedFace[] {
  const kept: DetectedFace[] = [];
  for (const face of [...faces].sort((a, b) => b.score - a.score))
    if (kept.every((other) => iou(other.box, face.box) <= threshold)) kept.push(face);
  return kept;
}

/**
 * Weighted suppression, as MediaPipe's NonMaxSuppressionCalculator does it in mode WEIGHTED: each cluster becomes the
 * average of its members by score, which steadies landmarks from frame to frame; the best score stands for it.
 */
export function merge(faces: readonly DetectedFace[], threshold: number): DetectedFace[] {
  const merged: DetectedFace[] = [];
  let rest = [...faces].sort((a, b) => b.score - a.score);
  while (rest.length > 0) {
    const best = rest[0]!;
    const cluster = rest.filter((face) => face === best || iou(face.box, best.box) > threshold);
    rest = rest.filter((face) => !cluster.includes(face));
    merged.push(average(cluster, best.score));
  }
  return merged;
}

function average(cluster: readonly DetectedFace[], score: number): DetectedFace {
  const total = cluster.reduce((sum, face) => sum + face.score, 0);
  const mean = (of: (face: DetectedFace) => number) =>
    cluster.reduce((sum, face) => sum + face.score * of(face), 0) / total;
  return {
    score,
    box: {
      x: mean((face) => face.box.x),
      y: mean((face) => face.box.y),
      width: mean((face) => face.box.width),
      height: mean((face) => face.box.height),
    },
    landmarks: mapLandmarks(cluster[0]!.landmarks, (_, name) => ({
      x: mean((face) => face.landmarks[name]!.x),
      y: mean((face) => face.landmarks[name]!.y),
    })),
  };
}
