"""What separates two crops of one face besides its expression: rigid motion that registration left, light, noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .clips import Pairs

CENTRE = 56.0


@dataclass(frozen=True)
class Strength:
    """Shared by both crops: turn (deg), zoom (share), shift (px of 112). Between them: residual, the root mean square
    length of the motion that registration left, px of 112. Light: gain and gamma (natural logarithm, deviations) of
    the pair, drift between the two; noise in sRGB levels. flip: share of pairs mirrored."""

    turn: float = 5.0
    zoom: float = 0.06
    shift: float = 3.0
    residual: float = 1.4
    gain: float = 0.25
    gamma: float = 0.2
    drift: float = 0.03
    noise: float = 3.0
    flip: float = 0.5


TRAINING = Strength()


def measured(residual: float) -> Strength:
    """Nothing but a fixed residual motion: for tests."""
    return Strength(0, 0, 0, residual, 0, 0, 0, 0, 0)


@dataclass(frozen=True)
class Augmented:
    """crops float 0..255 [B, 2, px, px, 3]; where [B, 14, 14]: px that patches move by the expression; slide
    [B, 14, 14, 2]: px (x, y) between the two crops by what was done here, at the middle of each patch."""

    crops: Tensor
    where: Tensor
    slide: Tensor


def augment(
    pairs: Pairs, strength: Strength, rng: np.random.Generator, exact: bool = False, wobble: float = 0.0, px: int = 112
) -> Augmented:
    """Crops of `px` a side, which show what 112 px show at the edge model's size; lengths are px of 112 throughout.

    `exact`: every pair gets exactly `residual`; otherwise it is drawn evenly from 0 to there.

    `wobble`: px by which the second crop is bent as well, smoothly and somewhere only: motion that is known without
    labels.
    """
    count, _, side, _, _ = pairs.crops.shape
    base = _similarities(rng, count, strength.turn, strength.zoom, strength.shift)
    flipped = rng.random(count) < strength.flip
    base[flipped, :, 0] *= -1
    size = np.full(count, strength.residual) if exact else rng.uniform(0, strength.residual, count)
    rest = _residuals(rng, count, size)
    bend = _bends(rng, count, wobble, px) if wobble else None
    first = _sample(pairs.crops[:, 0], _field(base, px))
    second = _sample(pairs.crops[:, 1], _field(_compose(base, rest), px, base, bend))
    where = torch.where(torch.from_numpy(flipped)[:, None, None], pairs.where.flip(2), pairs.where)
    return Augmented(_light(torch.stack([first, second], 1), strength, rng), where, _slide(rest, bend, px))


def _similarities(rng: np.random.Generator, count: int, turn: float, zoom: float, shift: float) -> np.ndarray:
    """(count,2,3) maps of centred output px to centred source px."""
    angle = np.deg2rad(rng.uniform(-turn, turn, count)) if turn else np.zeros(count)
    scale = np.exp(rng.uniform(-zoom, zoom, count)) if zoom else np.ones(count)
    return _matrix(scale * np.cos(angle), scale * np.sin(angle), rng.uniform(-shift, shift, (count, 2)))


def _residuals(rng: np.random.Generator, count: int, size: np.ndarray) -> np.ndarray:
    """Small similarities whose displacement has this root mean square over the crop, px: mostly shift, and some turn
    and zoom, as landmark errors of a detector make them."""
    raw = rng.normal(size=(count, 4)) * (1, 1, 0.35, 0.35)
    # A turn or zoom by x displaces a point at distance r by x r; the mean of r^2 over the crop is 112^2 / 6.
    spread = 112 / np.sqrt(6)
    length = np.sqrt((raw**2).sum(1))
    raw = raw / np.maximum(length, 1e-6)[:, None] * size[:, None]
    return _matrix(1 + raw[:, 2] / spread, raw[:, 3] / spread, raw[:, :2])


def _matrix(a: np.ndarray, b: np.ndarray, shift: np.ndarray) -> np.ndarray:
    return np.stack([np.stack([a, -b, shift[:, 0]], 1), np.stack([b, a, shift[:, 1]], 1)], 1)


def _compose(outer: np.ndarray, inner: np.ndarray) -> np.ndarray:
    """outer after inner, both (N,2,3)."""
    linear = outer[:, :, :2] @ inner[:, :, :2]
    shift = (outer[:, :, :2] @ inner[:, :, 2:])[..., 0] + outer[:, :, 2]
    return np.concatenate([linear, shift[..., None]], 2)


def _places(px: int) -> Tensor:
    """Centred px of 112 of every output pixel (px,px,3): x, y, 1."""
    at = (torch.arange(px, dtype=torch.float32) + 0.5) * (112 / px) - CENTRE
    y, x = torch.meshgrid(at, at, indexing="ij")
    return torch.stack([x, y, torch.ones_like(x)], -1)


def _field(maps: np.ndarray, px: int, base: np.ndarray | None = None, bend: Tensor | None = None) -> Tensor:
    """Centred source px (N,px,px,2) of every output pixel: through `maps`, after a bend (N,px,px,2) within `base`."""
    places, matrix = _places(px), torch.from_numpy(maps).float()[:, None, None]
    x, y = places[None, ..., :1], places[None, ..., 1:2]
    field = matrix[..., 0] * x + matrix[..., 1] * y + matrix[..., 2]
    if base is not None and bend is not None:
        linear = torch.from_numpy(base).float()[:, None, None]
        field = field + linear[..., 0] * bend[..., :1] + linear[..., 1] * bend[..., 1:]
    return field


def _bends(rng: np.random.Generator, count: int, size: float, px: int) -> Tensor:
    """Smooth local displacements (N,px,px,2) px of 112: a coarse random grid, mostly zero."""
    coarse = rng.normal(0, size, (count, 2, 8, 8)) * (rng.random((count, 1, 8, 8)) < 0.25)
    return torch.nn.functional.interpolate(
        torch.from_numpy(coarse).float(), (px, px), mode="bicubic", align_corners=False
    ).permute(0, 2, 3, 1)


def _slide(rest: np.ndarray, bend: Tensor | None, px: int) -> Tensor:
    """Displacement (N,14,14,2) px at the patches' middles: the second crop shows at p what the first shows at p + it."""
    slide = _field(rest, px) - _places(px)[None, ..., :2]
    if bend is not None:
        slide = slide + bend
    return torch.nn.functional.avg_pool2d(slide.permute(0, 3, 1, 2), px // 14).permute(0, 2, 3, 1)


def _sample(crops: Tensor, field: Tensor) -> Tensor:
    """uint8 [N, S, S, 3] at centred px of 112 (N,px,px,2) -> float [N, px, px, 3], bilinear."""
    images = crops.permute(0, 3, 1, 2).float()
    grid = field / (crops.shape[1] / 2)
    out = torch.nn.functional.grid_sample(images, grid, mode="bilinear", padding_mode="border", align_corners=False)
    return out.permute(0, 2, 3, 1)


def _light(images: Tensor, strength: Strength, rng: np.random.Generator) -> Tensor:
    count = len(images)

    def per_pair(deviation: float, *shape: int) -> Tensor:
        return torch.from_numpy(rng.normal(0, 1, (count, *shape)) * deviation).float()

    if strength.gain:
        gain = per_pair(strength.gain, 1, 1, 1, 1) + per_pair(strength.gain / 4, 1, 1, 1, 3)
        images = images * gain.exp()
    if strength.gamma:
        images = 255 * (images / 255).clamp(1e-4, 2) ** per_pair(strength.gamma, 1, 1, 1, 1).exp()
    if strength.drift:
        images = images * per_pair(strength.drift, 2, 1, 1, 1).exp()
    if strength.noise:
        level = torch.from_numpy(rng.uniform(0, strength.noise, (count, 1, 1, 1, 1))).float()
        # PyTorch draws normal numbers ten times as fast as numpy; seeded from the same generator.
        source = torch.Generator().manual_seed(int(rng.integers(1 << 62)))
        images = images + level * torch.randn(images.shape, generator=source)
    return images.clamp(0, 255)
