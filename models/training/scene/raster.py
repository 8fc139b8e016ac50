"""A z-buffer rasteriser in numpy.

Face meshes are made of tens of thousands of triangles of a few pixels each, so instead of looping over
triangles all candidate pixels of all triangles of similar size are tested in one array operation, and
visibility is settled by one sort over the surviving fragments.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_SIZES = (2, 4, 8, 16, 32, 64, 128, 256, 1024)
_CHUNK = 1 << 21


@dataclass(frozen=True)
class Buffer:
    """What is visible where: the flat pixel indices hit (P,), the triangle (P,), barycentrics (P,3), depth (P,) cm."""

    height: int
    width: int
    pixel: np.ndarray
    triangle: np.ndarray
    weight: np.ndarray
    depth: np.ndarray

    def interpolate(self, triangles: np.ndarray, attribute: np.ndarray) -> np.ndarray:
        """Per-vertex attribute (V,C) -> per-fragment (P,C)."""
        corner = triangles[self.triangle]
        return sum(self.weight[:, k, None] * attribute[corner[:, k]] for k in range(3))

    def image(self, values: np.ndarray, empty: float = 0.0) -> np.ndarray:
        """Scatter per-fragment values (P,) or (P,C) to (H,W) or (H,W,C)."""
        flat = np.full((self.height * self.width, *values.shape[1:]), empty, np.float32)
        flat[self.pixel] = values
        return flat.reshape(self.height, self.width, *values.shape[1:])


def rasterise(points: np.ndarray, depth: np.ndarray, triangles: np.ndarray, height: int, width: int) -> Buffer:
    """Visible fragments of front-facing triangles.

    points (V,2) float, pixel centres at half integers, y down; depth (V,) cm from the camera; counter-clockwise
    triangles in the world become clockwise ones here, because y is flipped.
    """
    p = points.astype(np.float32)[triangles]
    a, b, c = p[:, 0], p[:, 1], p[:, 2]
    doubled = (c[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1]) - (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1])
    low = np.maximum(np.ceil(p.min(1) - 0.5).astype(np.int64), 0)
    high = np.minimum(np.floor(p.max(1) - 0.5).astype(np.int64), (width - 1, height - 1))
    extent = (high - low + 1).max(1)
    seen = (doubled > 1e-6) & (high >= low).all(1)
    parts = []
    floor = 0
    for size in _SIZES:
        chosen = np.flatnonzero(seen & (extent > floor) & (extent <= size))
        floor = size
        step = max(1, _CHUNK // (size * size))
        for at in range(0, len(chosen), step):
            parts.append(_fragments(chosen[at : at + step], size, p, doubled, low, high))
    if not parts:
        none = np.zeros(0, np.int64)
        return Buffer(height, width, none, none, np.zeros((0, 3), np.float32), np.zeros(0, np.float32))
    triangle, x, y, weight = (np.concatenate(column) for column in zip(*parts))
    z = (weight * depth.astype(np.float32)[triangles[triangle]]).sum(1)
    return _nearest(height, width, y * width + x, triangle, weight, z)


def _fragments(chosen, size, p, doubled, low, high):
    """Pixels of the chosen triangles: (triangle, x, y, barycentrics)."""
    dy, dx = np.divmod(np.arange(size * size), size)
    x, y = low[chosen, 0, None] + dx, low[chosen, 1, None] + dy
    px, py = (x + 0.5).astype(np.float32), (y + 0.5).astype(np.float32)
    a, b, c = (p[chosen, k][:, None] for k in range(3))
    wa = (c[..., 0] - b[..., 0]) * (py - b[..., 1]) - (px - b[..., 0]) * (c[..., 1] - b[..., 1])
    wb = (a[..., 0] - c[..., 0]) * (py - c[..., 1]) - (px - c[..., 0]) * (a[..., 1] - c[..., 1])
    wa, wb = -wa / doubled[chosen, None], -wb / doubled[chosen, None]
    wc = 1 - wa - wb
    inside = (wa >= 0) & (wb >= 0) & (wc >= -1e-6) & (x <= high[chosen, 0, None]) & (y <= high[chosen, 1, None])
    row, column = np.nonzero(inside)
    weight = np.stack([wa[row, column], wb[row, column], wc[row, column]], 1)
    return chosen[row], x[row, column], y[row, column], weight


def _nearest(height, width, pixel, triangle, weight, z) -> Buffer:
    # Far to near: a later assignment to the same pixel wins.
    order = np.argsort(-z)
    winner = np.full(height * width, -1, np.int64)
    winner[pixel[order]] = order
    keep = winner[winner >= 0]
    return Buffer(height, width, pixel[keep], triangle[keep], weight[keep], z[keep])
