"""Fixed waves: positions of patches in the crop, and the smooth patterns from which patch filters are mixed."""

from __future__ import annotations

import numpy as np


def sincos_positions(dim: int, grid: int) -> np.ndarray:
    """Float32 [1 + grid*grid, dim], as in MAE (arXiv 2111.06377) and the released Micron-BERT code.

    Row 0 belongs to the contextual token and is zero. The first half of every other row encodes the column, the
    second half the row of its patch (the released code's order, which its weights depend on).
    """
    rows, columns = np.divmod(np.arange(grid * grid), grid)
    patches = np.concatenate([_sincos(dim // 2, columns), _sincos(dim // 2, rows)], axis=1)
    return np.concatenate([np.zeros((1, dim)), patches]).astype(np.float32)


def _sincos(dim: int, at: np.ndarray) -> np.ndarray:
    """Float64 [len(at), dim]: sines of geometrically spaced wavelengths, then their cosines."""
    omega = 10_000.0 ** (-np.arange(dim // 2) / (dim / 2))
    angle = np.outer(at, omega)
    return np.concatenate([np.sin(angle), np.cos(angle)], axis=1)


def lowest_cosines(patch_px: int, keep: int = 3) -> np.ndarray:
    """Float64 [keep*keep, patch_px, patch_px]: the first DCT-II patterns, of length 1 / (1 + frequency)^2."""
    at = (np.arange(patch_px) + 0.5) / patch_px
    waves = np.cos(np.pi * np.outer(np.arange(keep), at))
    waves /= np.linalg.norm(waves, axis=1, keepdims=True)
    falloff = 1 / (1 + np.hypot.outer(np.arange(keep), np.arange(keep))) ** 2
    patterns = np.einsum("vy,ux->vuyx", waves, waves) * falloff[..., None, None]
    return patterns.reshape(keep * keep, patch_px, patch_px)
