"""Triangle meshes that several parts of a person share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Mesh:
    """Topology and everything about a surface that does not move.

    triangles (T,3) int, counter-clockwise seen from outside; texcoord (V,2) in units of the
    material's own painter; material (T,) small int.
    """

    triangles: np.ndarray
    texcoord: np.ndarray
    material: np.ndarray


def triangulate(faces: np.ndarray) -> np.ndarray:
    """(F,4) quads, -1 padding triangles -> (T,3)."""
    quads = faces[faces[:, 3] >= 0]
    return np.concatenate([faces[:, :3], quads[:, [0, 2, 3]]]).astype(np.int64)


def vertex_normals(points: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Area weighted unit normals (V,3) of points (V,3)."""
    a, b, c = (points[triangles[:, k]] for k in range(3))
    area = np.cross(b - a, c - a)
    index = triangles.T.ravel()
    total = np.stack(
        [np.bincount(index, np.tile(area[:, k], 3), minlength=len(points)) for k in range(3)], axis=1
    )
    return total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-9)


def grid_triangles(rows: int, columns: int, closed: bool) -> np.ndarray:
    """Triangles of a rows x columns vertex grid, its columns joined into a tube when closed."""
    r, c = np.meshgrid(np.arange(rows - 1), np.arange(columns if closed else columns - 1), indexing="ij")
    right = (c + 1) % columns
    a, b = r * columns + c, r * columns + right
    d, e = (r + 1) * columns + c, (r + 1) * columns + right
    return np.stack([np.stack([a, d, b], -1), np.stack([b, d, e], -1)]).reshape(-1, 3)
