"""Cutting a crop out of a picture, as agent/align/warp.ts does it."""

from __future__ import annotations

import math

import numpy as np

from .similarity import Similarity


def warp(image: np.ndarray, to_image: Similarity, size_px: int) -> np.ndarray:
    """uint8 [H, W, 3] -> uint8 [size_px, size_px, 3]; `to_image` takes crop coordinates to picture coordinates.

    Each pixel of the crop is sampled bilinearly with edges repeated, at n x n places where the picture is n times finer
    than the crop (n at most 4): the average over the area it covers, so that skin texture does not alias into apparent
    motion.
    """
    taps = max(1, min(4, math.floor(to_image.scale + 0.5)))
    along = (np.arange(size_px * taps) + 0.5) / taps
    x, y = np.meshgrid(along, along)
    places = to_image.apply(np.stack([x, y], -1)) - 0.5
    sampled = _bilinear(image, places[..., 0], places[..., 1])
    averaged = sampled.reshape(size_px, taps, size_px, taps, 3).mean((1, 3))
    return np.floor(np.clip(averaged, 0, 255) + 0.5).astype(np.uint8)


def _bilinear(image: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Float [..., 3] at pixel-centre coordinates."""
    height, width, _ = image.shape
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    fx, fy = (x - left)[..., None], (y - top)[..., None]
    upper = image[top, left] * (1 - fx) + image[top, right] * fx
    lower = image[bottom, left] * (1 - fx) + image[bottom, right] * fx
    return upper * (1 - fy) + lower * fy
