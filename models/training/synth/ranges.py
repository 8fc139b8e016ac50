"""From where poses and lamps are drawn. Tests draw from outside what training has seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .stage import Lamps


@dataclass(frozen=True)
class Ranges:
    """Absolute yaw, pitch, roll and lamp azimuth in degrees, drawn with either sign; elevation with its own sign."""

    yaw: tuple[float, float]
    pitch: tuple[float, float]
    roll: tuple[float, float]
    azimuth: tuple[float, float]
    elevation: tuple[float, float]
    warmth: tuple[float, float]


SEEN = Ranges((0, 18), (0, 11), (0, 8), (0, 65), (0, 70), (-0.25, 0.25))
UNSEEN = Ranges((18, 26), (11, 15), (0, 8), (65, 90), (-25, 0), (0.25, 0.4))
SPLITS = {"train": SEEN, "validation": SEEN, "test": UNSEEN}
"""Splits are by person as well: see generate.FIRST_SEED."""


def _signed(rng: np.random.Generator, between: tuple[float, float]) -> float:
    return float(rng.uniform(*between) * rng.choice((-1, 1)))


def pose(rng: np.random.Generator, ranges: Ranges) -> np.ndarray:
    """(3,) degrees of yaw, pitch, roll."""
    yaw, pitch = _signed(rng, ranges.yaw), _signed(rng, ranges.pitch)
    if ranges is UNSEEN:  # beyond the seen range in one of the two is enough: both at once hides half a face
        if rng.random() < 0.5:
            yaw = _signed(rng, SEEN.yaw)
        else:
            pitch = _signed(rng, SEEN.pitch)
    return np.array((yaw, pitch, _signed(rng, ranges.roll)))


def direction(azimuth: float, elevation: float) -> np.ndarray:
    """Unit vector (3,) towards a lamp, x right, y up, z to the camera; degrees."""
    a, e = np.deg2rad((azimuth, elevation))
    return np.array((np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)))


def lamps(rng: np.random.Generator, ranges: Ranges, tone: float) -> tuple[float, float, Lamps]:
    """Key azimuth and elevation, and a lit set exposed for a skin of linear brightness `tone`, as a camera would."""
    azimuth, elevation = _signed(rng, ranges.azimuth), float(rng.uniform(*ranges.elevation))
    warmth = _signed(rng, ranges.warmth)
    colour = np.array((1 + warmth, 1.0, 1 - warmth))
    strength = rng.uniform(0.3, 1.0)
    around = rng.uniform(0.15, 0.5)
    light = Lamps(
        direction(azimuth, elevation),
        direction(_signed(rng, (20, 90)), float(rng.uniform(-10, 50))),
        colour * strength,
        rng.uniform(0.8, 1.2, 3) * rng.uniform(0, 0.35),
        colour * around * rng.uniform(0.9, 1.1),
        colour * around * rng.uniform(0.2, 0.8),
        1.0,
    )
    # Auto exposure meets the middle between the scene's average and the face.
    wanted = rng.uniform(0.16, 0.42)
    exposure = wanted / ((0.55 * strength + around) * (0.5 * tone + 0.12))
    return azimuth, elevation, Lamps(**{**light.__dict__, "exposure": float(np.clip(exposure, 0.4, 8))})
