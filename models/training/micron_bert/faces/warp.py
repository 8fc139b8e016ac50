"""Cutting a crop out of a picture, as agent/align/resample.ts does it."""

from __future__ import annotations

import math

import numpy as np

from .similarity import Similarity

PHASES = 128
"""Positions between two samples that are told apart."""

NARROWEST = 1.25
"""The kernel spans at least so many samples: else fine detail looks sharper on the pixels than between them."""

FINEST = 4
"""Where a picture is finer than this many times the crop, averages of 2 x 2 serve as well."""


def warp(image: np.ndarray, to_image: Similarity, size_px: int) -> np.ndarray:
    """uint8 [H, W, 3] -> uint8 [size_px, size_px, 3]; `to_image` takes crop coordinates to picture coordinates.

    Mitchell and Netravali's cubic, as wide as a pixel of the crop or a little wider than one of the picture, whichever
    is more, in two passes (Catmull and Smith, SIGGRAPH 1980), edges repeated: skin texture must not alias into apparent
    motion.
    """
    cell = 1
    while to_image.scale / cell >= FINEST:
        cell *= 2
    a, b, tx, ty = (value / cell for value in to_image)
    upright = abs(a) >= abs(b)
    if not upright:
        image = image.swapaxes(0, 1)
    # Place along a line = p u + q v + r, line = s u + t v + w, for column u and row v of the crop.
    along, across = (a, -b, tx), (b, a, ty)
    (p, q, r), (s, t, w) = (along, across) if upright else (across, along)
    reach, weights = _table(max(NARROWEST, math.hypot(a, b)))

    centres = np.arange(size_px) + 0.5
    lines = s * centres[:, None] + t * centres + w - 0.5
    first, last = math.floor(lines.min() - reach), math.ceil(lines.max() + reach)
    slope = q / t
    met = slope * np.arange(first, last + 1)[:, None] + (p - slope * s) * centres + r - 0.5 - slope * (w - 0.5)
    left, right = math.floor(met.min() - reach), math.ceil(met.max() + reach)
    samples = _averages(image, first, last, left, right, cell)
    between = _sums(samples, met - left, reach, weights)
    crop = _sums(between.swapaxes(0, 1), lines - first, reach, weights).swapaxes(0, 1)
    return np.floor(np.clip(crop, 0, 255) + 0.5).astype(np.uint8)


def _mitchell(t: np.ndarray) -> np.ndarray:
    x = np.abs(t)
    near, far = (7 * x**3 - 12 * x**2 + 16 / 3) / 6, (-7 / 3 * x**3 + 12 * x**2 - 20 * x + 32 / 3) / 6
    return np.where(x < 1, near, np.where(x < 2, far, 0))


def _table(width: float) -> tuple[float, np.ndarray]:
    """Reach to either side, and weights [PHASES + 1, taps] for a first sample so far after the reach begins."""
    reach = 2 * width
    phases, taps = np.arange(PHASES + 1)[:, None] / PHASES, np.arange(math.ceil(2 * reach))
    weights = _mitchell((phases + taps - reach) / width)
    return reach, (weights / weights.sum(1, keepdims=True)).astype(np.float32)


def _averages(image: np.ndarray, first: int, last: int, left: int, right: int, cell: int) -> np.ndarray:
    """float32 [last - first + 1, right - left + 1, 3]: averages of cell x cell pixels, edges repeated."""
    rows = np.clip(np.arange(first * cell, (last + 1) * cell), 0, image.shape[0] - 1)
    columns = np.clip(np.arange(left * cell, (right + 1) * cell), 0, image.shape[1] - 1)
    picked = image[np.ix_(rows, columns)].astype(np.float32)
    return picked.reshape(last - first + 1, cell, right - left + 1, cell, 3).mean((1, 3))


def _sums(lines: np.ndarray, places: np.ndarray, reach: float, weights: np.ndarray) -> np.ndarray:
    """[n, length, 3] at `places` [n, m] of each line -> [n, m, 3]."""
    begin = places - reach
    start = np.ceil(begin).astype(int)
    row = np.floor((start - begin) * PHASES + 0.5).astype(int)
    each = np.arange(len(lines))[:, None]
    total = np.zeros((*places.shape, 3), np.float32)
    for tap in range(weights.shape[1]):
        total += weights[row, tap][..., None] * lines[each, start + tap]
    return total
