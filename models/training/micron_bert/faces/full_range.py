"""Reading the answer of MediaPipe's full-range BlazeFace, as agent/detect/full-range.ts and nms.ts do it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# One anchor per 4 x 4 input pixels, row by row.
STRIDE = 4
MERGE_IOU = 0.3
LANDMARKS = ("leftEye", "rightEye", "nose", "mouth", "leftEar", "rightEar")
"""In the network's order; left and right as seen in the image."""


class Faces(NamedTuple):
    """N faces in pixels of the source picture, best first."""

    scores: np.ndarray
    """[N], 0..1."""
    boxes: np.ndarray
    """[N, 4]: left, top, width, height."""
    landmarks: np.ndarray
    """[N, 6, 2]: x, y of LANDMARKS."""

    def only(self, kept: np.ndarray) -> Faces:
        """Those at `kept`, an index or a mask."""
        return Faces(self.scores[kept], self.boxes[kept], self.landmarks[kept])


def decode(regressors: np.ndarray, logits: np.ndarray, width_px: int, scale: float, min_score: float) -> Faces:
    """[1, n, 16] input pixels from the anchor centre (centre, size, landmarks) and [1, n, 1] -> merged faces."""
    scores = 1 / (1 + np.exp(-np.clip(logits.reshape(-1).astype(np.float64), -80, 80)))
    kept = np.flatnonzero(scores >= min_score)
    values = regressors.reshape(-1, 16)[kept].astype(np.float64)
    rows, columns = np.divmod(kept, width_px // STRIDE)
    anchors = (np.stack([columns, rows], 1) + 0.5) * STRIDE
    size = values[:, 2:4]
    corner = anchors + values[:, :2] - size / 2
    points = anchors[:, None] + values[:, 4:].reshape(-1, 6, 2)
    return merge(Faces(scores[kept], np.concatenate([corner, size], 1) / scale, points / scale))


def merge(faces: Faces) -> Faces:
    """Weighted non-maximum suppression: faces that overlap become their average by score, under the best score."""
    rest = faces.only(np.argsort(-faces.scores, kind="stable"))
    merged: list[tuple[float, np.ndarray, np.ndarray]] = []
    while len(rest.scores):
        together = _iou(rest.boxes[0], rest.boxes) > MERGE_IOU
        together[0] = True
        cluster = rest.only(together)
        weights = cluster.scores / cluster.scores.sum()
        box, points = weights @ cluster.boxes, np.einsum("n,nij->ij", weights, cluster.landmarks)
        merged.append((cluster.scores[0], box, points))
        rest = rest.only(~together)
    if not merged:
        return rest
    return Faces(*(np.array(values) for values in zip(*merged)))


def both(a: Faces, b: Faces) -> Faces:
    """Two passes as one."""
    return merge(Faces(*(np.concatenate(pair) for pair in zip(a, b))))


def _iou(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    low = np.maximum(box[:2], boxes[:, :2])
    high = np.minimum(box[:2] + box[2:], boxes[:, :2] + boxes[:, 2:])
    shared = np.clip(high - low, 0, None).prod(1)
    return shared / np.maximum(box[2:].prod() + boxes[:, 2:].prod(1) - shared, 1e-12)
