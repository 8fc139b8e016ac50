"""Shoulders in work clothes, drawn once per person and slid about with the body."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .face import project
from .mesh import grid_triangles, vertex_normals
from .raster import rasterise
from .shade import Light, lit, occlusion
from .skin import linear

# Height, half width, half depth (cm) of the cross sections from the collar down.
_SECTIONS = np.array([
    (-10.3, 7.0, 6.8), (-11.8, 7.5, 7.2), (-13.2, 9.2, 7.8), (-15.0, 12.7, 8.5), (-17.0, 16.2, 9.2),
    (-19.6, 18.6, 10.2), (-23.0, 19.8, 11.4), (-30.0, 19.4, 12.6), (-42.0, 18.4, 12.4), (-85.0, 18.0, 12.0),
])  # fmt: skip


@dataclass(frozen=True)
class Outfit:
    """Colours sRGB 0-1; vest: None or the colour of a high-visibility vest over the cloth."""

    cloth: tuple[float, float, float]
    vest: tuple[float, float, float] | None = None


def _body() -> tuple[np.ndarray, np.ndarray]:
    angle = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    y = np.interp(np.linspace(0, 9, 60), np.arange(10), _SECTIONS[:, 0])[:, None]
    a, b = (np.interp(-y, -_SECTIONS[:, 0], _SECTIONS[:, k]) for k in (1, 2))
    square = (np.abs(np.sin(angle)) ** 2.5 + np.abs(np.cos(angle)) ** 2.5) ** (-1 / 2.5)
    x, z = a * np.sin(angle) * square, b * np.cos(angle) * square - 2.0
    dip = 2.6 * np.clip(np.cos(angle), 0, 1) ** 2 * np.clip((y + 17) / 5, 0, 1)
    points = np.stack([x, y - dip, z], -1).reshape(-1, 3)
    return points, grid_triangles(60, 96, closed=True)


def _arm(side: int) -> tuple[np.ndarray, np.ndarray]:
    angle = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    along = np.linspace(0, 1, 40)[:, None]
    radius = np.interp(along, (0, 0.04, 0.1, 0.4, 1), (0.2, 3.2, 4.6, 5.0, 4.4))
    x = side * (16.6 + 2.2 * along**0.5) + radius * np.sin(angle)
    y = -17.2 - 50 * along + 0 * angle
    z = -2 + 3 * along + radius * np.cos(angle)
    return np.stack([x, y, z], -1).reshape(-1, 3), grid_triangles(40, 32, closed=True)


def _cloth(at: np.ndarray, part: np.ndarray, outfit: Outfit) -> tuple[np.ndarray, np.ndarray]:
    """Linear albedo (P,3) and gloss (P,) at world positions (P,3) cm; part 0 is the body, 1 the arms."""
    x, y = np.abs(at[:, 0]), at[:, 1]
    albedo = np.tile(linear(outfit.cloth), (len(at), 1))
    gloss = np.full(len(at), 0.1)

    def put(where: np.ndarray, colour: tuple[float, float, float], shine: float = 0.1) -> None:
        albedo[where], gloss[where] = linear(colour), shine

    body = part == 0
    dark = tuple(0.62 * c for c in outfit.cloth)
    put(body & (y > -12.6 - 2.6 * np.clip(1 - (x / 7) ** 2, 0, 1)), dark)  # collar
    put(body & (x < 0.35), dark)  # zip
    pocket = (np.abs(at[:, 0] - 9) < 4.2) & (np.abs(y + 33) < 4.5)
    put(body & pocket & ((np.abs(at[:, 0] - 9) > 3.9) | (np.abs(y + 33) > 4.2) | (np.abs(y + 30.5) < 0.15)), dark)
    if outfit.vest:
        opening = 2.2 + 0.33 * np.clip(y + 46, 0, None)
        vest = body & (x > np.minimum(opening, 7.2)) & (x < 15.4 + 0.12 * np.clip(-20 - y, 0, 40)) & (y < -13)
        put(vest, outfit.vest, 0.15)
        silver = (0.80, 0.82, 0.83)
        put(vest & (np.abs(x - 10.6) < 1.7) & (y > -37), silver, 0.9)
        put(vest & (np.abs(y + 39) < 2.2), silver, 0.9)
    return albedo.astype(np.float32), gloss.astype(np.float32)


def draw(
    outfit: Outfit, centre: tuple[float, float], px_per_cm: float, size: tuple[int, int], light: Light
) -> np.ndarray:
    """Premultiplied sRGB and coverage (H,W,4) 0-1; centre is where the head's origin lands, px."""
    k = 2
    parts = [_body(), _arm(-1), _arm(1)]
    offsets = np.cumsum([0] + [len(p) for p, _ in parts[:-1]])
    points = np.concatenate([p for p, _ in parts]).astype(np.float32)
    triangles = np.concatenate([t + o for (_, t), o in zip(parts, offsets, strict=True)])
    which = np.repeat((0, 1, 1), [len(t) for _, t in parts])
    normals = vertex_normals(points, triangles)
    x, y = points[:, 0], points[:, 1]
    fold = np.sin(0.55 * y + 0.35 * x) + np.sin(0.9 * y - 0.5 * np.abs(x) + 1)
    normals[:, 0] += 0.10 * fold
    normals[:, 1] += 0.16 * np.roll(fold, 96)
    image, depth = project(points, (centre[0] * k, centre[1] * k), px_per_cm * k)
    buffer = rasterise(image, depth, triangles, size[0] * k, size[1] * k)
    normal = buffer.interpolate(triangles, normals)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    at = buffer.interpolate(triangles, points)
    albedo, gloss = _cloth(at, which[buffer.triangle], outfit)
    weave = np.random.default_rng(5).normal(1, 0.05, (len(at), 1)).astype(np.float32)
    open_ = occlusion(buffer, 1.6 * px_per_cm * k, 3.5)
    # The head keeps the lamp off the chest.
    open_ *= 1 - 0.45 * np.exp(-((at[:, 0] / 7) ** 2) - ((at[:, 1] + 13) / 6) ** 2)
    none = np.zeros(len(at), np.float32)
    colour = lit(albedo * weave, normal.astype(np.float32), gloss, none, open_, light)
    rgba = buffer.image(np.concatenate([colour, np.ones((len(colour), 1), np.float32)], 1))
    return rgba.reshape(size[0], k, size[1], k, 4).mean((1, 3))
