"""From a camera's picture to the canonical crop, as the agent's align stage cuts it, with room for augmentation."""

from __future__ import annotations

import numpy as np

from micron_bert.faces.similarity import Similarity
from micron_bert.faces.warp import warp
from micron_bert.manifest import TEMPLATE_112

MARGIN = 12
SIDE = 112 + 2 * MARGIN
"""Stored crops are this large, px: training cuts its 112 px out of them anew every time."""

_TARGET = np.array([TEMPLATE_112[name] for name in ("leftEye", "rightEye", "nose", "mouth")], np.float64)


def points(landmarks: np.ndarray) -> np.ndarray:
    """The 68 landmarks (68+,2) -> left eye, right eye, nose tip, mouth as a detector gives them (4,2)."""
    return np.stack([landmarks[36:42].mean(0), landmarks[42:48].mean(0), landmarks[30], landmarks[48:60].mean(0)])


def similarity(source: np.ndarray, target: np.ndarray = _TARGET) -> np.ndarray:
    """(2,3) matrix taking (N,2) to (N,2) with the least squared error: Umeyama, PAMI 13(4), 1991."""
    a, b = source - source.mean(0), target - target.mean(0)
    spread = (a * a).sum()
    along, across = (a * b).sum() / spread, (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum() / spread
    turn = np.array([[along, -across], [across, along]])
    return np.column_stack([turn, target.mean(0) - turn @ source.mean(0)])


def cut(picture: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """uint8 (H,W,3) -> uint8 (SIDE,SIDE,3) by the similarity `matrix` onto the 112 px template, as the agent cuts."""
    (a, _, tx), (b, _, ty) = matrix
    return warp(picture, Similarity(a, b, tx + MARGIN, ty + MARGIN).inverse(), SIDE)
