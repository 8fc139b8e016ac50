"""A painted skin: one texture per person over the front view of the mean face.

Every person shares the mean face's topology, so a texture laid over its x and y (cm) fits all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter, map_coordinates

SCALE = 32  # texels per cm
_LEFT, _TOP, _WIDTH, _HEIGHT = -13.0, 15.0, 26.0, 36.0


@dataclass(frozen=True)
class Complexion:
    """Colours are sRGB 0-1; beard, freckles and age are strengths 0-1."""

    skin: tuple[float, float, float]
    lips: tuple[float, float, float]
    brow: tuple[float, float, float]
    iris: tuple[float, float, float]
    beard: float = 0.0
    freckles: float = 0.0
    age: float = 0.3


def linear(srgb: np.ndarray | tuple[float, ...]) -> np.ndarray:
    """sRGB 0-1 to linear light, by the 2.2 approximation (the inverse is used at the end)."""
    return np.power(np.asarray(srgb, np.float32), 2.2)


def _mask(polygons: list[np.ndarray], blur_cm: float) -> np.ndarray:
    image = Image.new("L", (int(_WIDTH * SCALE), int(_HEIGHT * SCALE)))
    draw = ImageDraw.Draw(image)
    for polygon in polygons:
        draw.polygon([((x - _LEFT) * SCALE, (_TOP - y) * SCALE) for x, y in polygon], fill=255)
    return gaussian_filter(np.asarray(image, np.float32) / 255, blur_cm * SCALE)


def _blob(x: float, y: float, rx: float, ry: float) -> np.ndarray:
    gx = np.arange(int(_WIDTH * SCALE)) / SCALE + _LEFT
    gy = _TOP - np.arange(int(_HEIGHT * SCALE)) / SCALE
    return np.exp(-(((gx[None] - x) / rx) ** 2) - ((gy[:, None] - y) / ry) ** 2).astype(np.float32)


def _both(x: float, y: float, rx: float, ry: float) -> np.ndarray:
    return _blob(x, y, rx, ry) + _blob(-x, y, rx, ry)


def _brows(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Hair strokes along both brows (68,2) cm; coverage 0-1."""
    image = Image.new("L", (int(_WIDTH * SCALE), int(_HEIGHT * SCALE)))
    draw = ImageDraw.Draw(image)
    for side, line in ((-1, points[17:22][::-1]), (1, points[22:27])):
        for _ in range(420):
            at = rng.uniform(0, 1)
            x, y = (np.interp(at * 4, np.arange(5), line[:, k]) for k in (0, 1))
            half = 0.42 * np.interp(at, (0, 0.15, 0.6, 1), (0.55, 1.0, 0.8, 0.25))
            y += rng.uniform(-half, half) - 0.28
            lean = np.interp(at, (0, 0.3, 1), (0.15, 0.75, 1.0))
            dx, dy = side * lean * 0.5, 0.42 * (1 - lean) + rng.normal(0, 0.05) - 0.1 * at
            ends = [((px - _LEFT) * SCALE, (_TOP - py) * SCALE) for px, py in ((x, y), (x + dx, y + dy))]
            draw.line(ends, fill=int(rng.uniform(150, 255)), width=2)
    return gaussian_filter(np.asarray(image, np.float32) / 255, 1.6)


def _mottle(rng: np.random.Generator) -> np.ndarray:
    """Zero-mean blotches and pores, a few octaves."""
    shape = (int(_HEIGHT * SCALE), int(_WIDTH * SCALE))
    total = np.zeros(shape, np.float32)
    for sigma, weight in ((30, 0.035), (9, 0.025), (3, 0.02)):
        noise = gaussian_filter(rng.normal(size=shape).astype(np.float32), sigma)
        total += weight * noise / noise.std()
    return total


def _blend(base: np.ndarray, colour: tuple[float, ...] | np.ndarray, alpha: np.ndarray) -> np.ndarray:
    return base + np.clip(alpha, 0, 1)[..., None] * (np.asarray(colour, np.float32) - base)


def paint(look: Complexion, points: np.ndarray, seed: int) -> np.ndarray:
    """The texture (H,W,3) in linear light for landmarks (68,2) cm of the mean face."""
    rng = np.random.default_rng(seed)
    skin = np.asarray(look.skin, np.float32)
    base = np.ones((int(_HEIGHT * SCALE), int(_WIDTH * SCALE), 1), np.float32) * skin
    base *= 1 + _mottle(rng)[..., None]
    flush = skin * (1.04, 0.78, 0.74)
    base = _blend(base, flush, 0.55 * _both(4.0, 0.0, 2.2, 1.8) + 0.5 * _blob(0, 0.2, 1.4, 1.4))
    base = _blend(base, skin * (0.72, 0.62, 0.62), 0.5 * _both(3.2, 2.2, 1.8, 0.6) + 0.35 * _both(2.0, 3.6, 0.7, 0.8))
    base = _blend(base, skin * (0.8, 0.68, 0.64), 0.35 * _both(3.3, 4.6, 2.0, 0.6))
    folds = _both(2.6, -1.2, 0.35, 1.1) + _blob(0, -5.2, 1.5, 0.3) + _blob(0, 6.6, 4, 0.12) + _blob(0, 7.4, 4, 0.12)
    base = _blend(base, skin * 0.6, 0.45 * look.age * folds)
    if look.freckles:
        spots = gaussian_filter((rng.random(base.shape[:2]) < 0.002).astype(np.float32), 2) * 25
        base = _blend(base, skin * (0.7, 0.55, 0.45), look.freckles * spots * _blob(0, 1.2, 6, 3))
    if look.beard:
        base = _blend(base, look.brow, look.beard * _beard(points, rng))
    lips = _mask([points[48:60]], 0.07)
    inner = _mask([np.concatenate([points[60:65], points[65:68]])], 0.05)
    base = _blend(base, look.lips, 0.85 * lips)
    base = _blend(base, np.asarray(look.lips) * 0.35, 1.4 * inner)
    base = _blend(base, skin * 0.16, 1.1 * _both(0.72, -1.08, 0.36, 0.2))
    lids = [points[36:42], points[42:48]]
    base = _blend(base, skin * (0.75, 0.6, 0.55), 0.6 * _mask(lids, 0.22))
    base = _blend(base, look.brow, 0.95 * _brows(points, rng))
    return linear(np.clip(base, 0.01, 1))


def roots(
    texture: np.ndarray, line: Callable[[np.ndarray], np.ndarray], colour: tuple[float, float, float], seed: int
) -> None:
    """Darken the forehead towards the hairline (its height by x, cm) in place: hair does not start at an edge."""
    x = np.arange(texture.shape[1]) / SCALE + _LEFT
    y = _TOP - np.arange(texture.shape[0]) / SCALE
    noise = gaussian_filter(np.random.default_rng(seed).normal(size=texture.shape[:2]).astype(np.float32), (6, 1))
    above = y[:, None] - line(x)[None] + 0.35 * noise / noise.std()
    alpha = 0.85 * np.clip((above + 0.9) / 0.9, 0, 1) * (np.abs(x) < 7.5)
    texture += alpha[..., None] * (linear(colour) - texture)


def _beard(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    jaw = np.concatenate([points[1:16] + (0, -1.5), [(5.9, -1.0), (4.2, -2.9), (2.0, -1.9), (0, -1.7)]])
    jaw = np.concatenate([jaw, [(-2.0, -1.9), (-4.2, -2.9), (-5.9, -1.0)]])
    hairs = gaussian_filter(rng.random((int(_HEIGHT * SCALE), int(_WIDTH * SCALE))).astype(np.float32), (2.5, 0.9))
    hairs = np.clip(0.75 + 0.25 * (hairs - hairs.mean()) / hairs.std(), 0, 1.2)
    return _mask([jaw], 0.45) * hairs * (1 - 0.9 * _mask([points[48:60]], 0.12))


def sample(texture: np.ndarray, texcoord: np.ndarray) -> np.ndarray:
    """Colours (P,3) at front-view positions texcoord (P,2) cm."""
    at = np.stack([(_TOP - texcoord[:, 1]) * SCALE, (texcoord[:, 0] - _LEFT) * SCALE])
    return np.stack([map_coordinates(texture[..., c], at, order=1, mode="nearest") for c in range(3)], 1)
