"""Blockwise swapping ("Blockwise Swapping" in section 3 of arXiv 2304.03195)."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def swap_mask(rng: np.random.Generator, count: int, grid: int, share: float = 0.5, block: int = 3) -> Tensor:
    """float [count, P]: 1 where a patch is taken from the other frame. Rectangles of up to `block` patches a side are
    added until `share` of the picture is swapped, as BEiT masks (arXiv 2106.08254)."""
    mask = np.zeros((count, grid, grid), np.float32)
    for picture in mask:
        while picture.mean() < share:
            height, width = rng.integers(1, block + 1, 2)
            y, x = rng.integers(0, grid - height + 1), rng.integers(0, grid - width + 1)
            picture[y : y + height, x : x + width] = 1
    return torch.from_numpy(mask.reshape(count, -1))


def swap(frame: Tensor, other: Tensor, mask: Tensor, patch_px: int) -> Tensor:
    """Two [B, H, W, 3] and a mask [B, P] -> `frame` with the masked patches of `other`."""
    count, height, _, _ = frame.shape
    grid = height // patch_px
    pixels = mask.reshape(count, grid, 1, grid, 1, 1).expand(-1, -1, patch_px, -1, patch_px, -1)
    pixels = pixels.reshape(count, height, height, 1)
    return frame * (1 - pixels) + other * pixels


def patches_of(images: Tensor, patch_px: int) -> Tensor:
    """[B, 3, H, W] -> [B, P, 3 * patch_px^2], patches row by row."""
    count, channels, height, _ = images.shape
    grid = height // patch_px
    cut = images.reshape(count, channels, grid, patch_px, grid, patch_px)
    return cut.permute(0, 2, 4, 1, 3, 5).reshape(count, grid * grid, -1)
