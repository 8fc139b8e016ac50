"""Rotation, uniform scale and translation: agent/align/similarity.ts in NumPy."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Similarity(NamedTuple):
    """u = a x - b y + tx, v = b x + a y + ty."""

    a: float
    b: float
    tx: float
    ty: float

    @property
    def scale(self) -> float:
        """Length of a unit vector afterwards."""
        return float(np.hypot(self.a, self.b))

    def apply(self, points: np.ndarray) -> np.ndarray:
        """[..., 2] -> [..., 2]."""
        x, y = points[..., 0], points[..., 1]
        return np.stack([self.a * x - self.b * y + self.tx, self.b * x + self.a * y + self.ty], -1)

    def inverse(self) -> Similarity:
        """The way back."""
        squared = self.a**2 + self.b**2
        a, b = self.a / squared, -self.b / squared
        return Similarity(a, b, -(a * self.tx - b * self.ty), -(b * self.tx + a * self.ty))


def fit_similarity(source: np.ndarray, target: np.ndarray) -> Similarity | None:
    """The one that takes [n, 2] to [n, 2] with the least squared error; None when the points of `source` coincide.

    Umeyama, "Least-squares estimation of transformation parameters between two point patterns", PAMI 13(4), 1991, in
    the closed form that two dimensions have and that cannot mirror.
    """
    p, q = source - source.mean(0), target - target.mean(0)
    spread = float((p**2).sum())
    if spread < 1e-9:
        return None
    a = float((p * q).sum()) / spread
    b = float((p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum()) / spread
    (fx, fy), (gx, gy) = source.mean(0), target.mean(0)
    return Similarity(a, b, float(gx - a * fx + b * fy), float(gy - b * fx - a * fy))
