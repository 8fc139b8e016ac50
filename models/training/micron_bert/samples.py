"""Seeded crops that look like nobody: enough structure to test with, none of it from a face."""

from __future__ import annotations

import numpy as np


def smooth_crop(seed: int, image_px: int) -> np.ndarray:
    """uint8 [image_px, image_px, 3]: broad and narrow Gaussian blobs on a skin-like ground."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:image_px, 0:image_px] / image_px
    crop = np.full((image_px, image_px, 3), (170.0, 130.0, 110.0))
    for _ in range(60):
        cx, cy = rng.random(2)
        width = rng.uniform(0.02, 0.15)
        blob = np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * width**2))
        crop += blob[..., None] * rng.uniform(-60, 45) * rng.uniform(0.7, 1.0, 3)
    return np.clip(np.rint(crop), 0, 255).astype(np.uint8)


def noise_crop(seed: int, image_px: int) -> np.ndarray:
    """uint8 [image_px, image_px, 3]: independent pixels, the roughest input there is."""
    return np.random.default_rng(seed).integers(0, 256, (image_px, image_px, 3), dtype=np.uint8)


def shift_locally(crop: np.ndarray, centre: tuple[float, float], radius_px: float, shift_px: float) -> np.ndarray:
    """The crop with the surroundings of `centre` (x, y) moved up by `shift_px`, fading to nothing over `radius_px`.

    uint8 [H, W, 3] -> uint8 [H, W, 3]; bilinear, so that fractions of a pixel are real motion and not a redraw.
    """
    height, width, _ = crop.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    distance = np.hypot(x - centre[0], y - centre[1]) / radius_px
    source = np.clip(y + shift_px * np.clip(1.5 - 1.5 * distance, 0, 1), 0, height - 1)
    above = np.floor(source).astype(int)
    below = np.minimum(above + 1, height - 1)
    share = (source - above)[..., None]
    columns = x.astype(int)
    moved = crop[above, columns] * (1 - share) + crop[below, columns] * share
    return np.clip(np.rint(moved), 0, 255).astype(np.uint8)
