"""A picture fitted into a network's input, as agent/detect/letterbox.ts does it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

# The network halves its input five times.
MULTIPLE = 32


class Letterbox(NamedTuple):
    """How a picture was fitted. Source pixel = input pixel / scale."""

    data: np.ndarray
    """float32 [1, 3, height, width], RGB in -1..1, black below and to the right."""
    scale: float


def letterbox(image: np.ndarray, long_side_px: int) -> Letterbox:
    """uint8 [H, W, 3] sRGB, averaged over source areas (nearest when it must grow) so that its long side fits."""
    height, width, _ = image.shape
    scale = long_side_px / max(height, width)
    rows, columns = (max(1, math.floor(side * scale + 0.5)) for side in (height, width))
    small = _averaged(_averaged(image.astype(np.float64), rows, axis=0), columns, axis=1)
    padded = [math.ceil(side / MULTIPLE) * MULTIPLE for side in (rows, columns)]
    data = np.full((1, 3, *padded), -1, np.float32)
    data[0, :, :rows, :columns] = small.transpose(2, 0, 1) / 127.5 - 1
    return Letterbox(data, scale)


def _averaged(image: np.ndarray, length: int, axis: int) -> np.ndarray:
    """Whole source lines [from, to) averaged for each of `length` lines along `axis`."""
    source = image.shape[axis]
    at = np.arange(length + 1) * source // length
    start = np.minimum(at[:-1], source - 1)
    end = np.maximum(at[1:], start + 1)
    sums = np.insert(np.cumsum(image, axis=axis), 0, 0, axis=axis)
    shape = [-1 if i == axis else 1 for i in range(image.ndim)]
    return (np.take(sums, end, axis=axis) - np.take(sums, start, axis=axis)) / (end - start).reshape(shape)
