"""Light on fragments: a key lamp, a fill lamp, a sky-and-floor ambient, a highlight and screen-space occlusion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from .raster import Buffer


@dataclass(frozen=True)
class Light:
    """key and fill are directions towards the lamps (x right, y up, z to the camera); colours are linear."""

    key: tuple[float, float, float] = (-0.45, 0.75, 0.65)
    key_colour: tuple[float, float, float] = (0.80, 0.76, 0.70)
    fill: tuple[float, float, float] = (0.8, 0.1, 0.6)
    fill_colour: tuple[float, float, float] = (0.20, 0.22, 0.26)
    sky: tuple[float, float, float] = (0.34, 0.35, 0.37)
    floor: tuple[float, float, float] = (0.13, 0.12, 0.11)


def _unit(vector: tuple[float, float, float]) -> np.ndarray:
    v = np.asarray(vector, np.float32)
    return v / np.linalg.norm(v)


def occlusion(buffer: Buffer, radius_px: float, depth_cm: float) -> np.ndarray:
    """How open each fragment is, (P,) 0.45-1: a pixel further away than its surroundings sits in a hollow."""
    z = buffer.image(buffer.depth)
    hit = buffer.image(np.ones(len(buffer.depth), np.float32))
    near = gaussian_filter(z, radius_px) / np.maximum(gaussian_filter(hit, radius_px), 1e-3)
    behind = (z - near).ravel()[buffer.pixel]
    return 1 - 0.55 * np.clip(behind / depth_cm, 0, 1)


def lit(
    albedo: np.ndarray, normal: np.ndarray, gloss: np.ndarray, wrap: np.ndarray, open_: np.ndarray, light: Light
) -> np.ndarray:
    """sRGB (P,3) 0-1 from linear albedo (P,3), unit normals (P,3), per-fragment gloss, wrap and openness (P,).

    wrap 0 is chalk; skin scatters light past the terminator, more so in red, which is what keeps it from
    looking like plaster.
    """
    key, fill = _unit(light.key), _unit(light.fill)
    tint = np.array((1.0, 0.55, 0.4), np.float32)
    bleed = wrap[:, None] * tint
    facing = normal @ key
    diffuse = np.clip((facing[:, None] + bleed) / (1 + bleed), 0, None)
    total = diffuse * np.asarray(light.key_colour, np.float32)
    total += np.clip(normal @ fill, 0, None)[:, None] * np.asarray(light.fill_colour, np.float32)
    up = (normal[:, 1:2] + 1) / 2
    total += up * np.asarray(light.sky, np.float32) + (1 - up) * np.asarray(light.floor, np.float32)
    half = key + np.array((0, 0, 1), np.float32)
    half /= np.linalg.norm(half)
    shine = np.clip(normal @ half, 0, None)
    spec = gloss * (0.10 * shine**14 + 0.16 * shine**70)
    colour = albedo * total * open_[:, None] ** np.array((0.8, 1.1, 1.2), np.float32) + (spec * open_)[:, None]
    return np.power(np.clip(colour, 0, 1), 1 / 2.2)
