"""People nobody is: shape, skin, hair and headgear drawn at random, one person per seed."""

from __future__ import annotations

import numpy as np

from scene.face import Look
from scene.skin import Complexion

# Mid tones of the ten steps of the Monk Skin Tone scale (Monk, 2019; skintone.google), sRGB 0-255.
_MONK = np.array(
    [
        (246, 237, 228), (243, 231, 219), (247, 234, 208), (234, 218, 186), (215, 189, 150),
        (160, 126, 86), (130, 92, 67), (96, 65, 52), (58, 49, 42), (41, 36, 32),
    ],
    np.float32,
) / 255  # fmt: skip
_HAIR = ((0.05, 0.04, 0.03), (0.14, 0.09, 0.06), (0.30, 0.19, 0.11), (0.55, 0.42, 0.24), (0.62, 0.60, 0.58))
_IRIS = ((0.16, 0.09, 0.05), (0.26, 0.17, 0.09), (0.35, 0.44, 0.52), (0.30, 0.40, 0.28))


def tone(rng: np.random.Generator) -> np.ndarray:
    """A skin colour (3,) sRGB 0-1, even over the whole Monk scale, with the variation that cameras see in one step."""
    at = rng.uniform(0, len(_MONK) - 1)
    low = int(at)
    colour = _MONK[low] + (at - low) * (_MONK[min(low + 1, len(_MONK) - 1)] - _MONK[low])
    # The scale is of flat patches; living skin is redder.
    return np.clip(colour * (1.0, rng.uniform(0.88, 0.97), rng.uniform(0.82, 0.95)) * rng.uniform(0.9, 1.05), 0.05, 0.95)


def person(seed: int) -> Look:
    """Everything about one person follows from the seed."""
    rng = np.random.default_rng((seed, 1))
    skin = tone(rng)
    dark = float(skin.mean() < 0.45)
    hair = np.array(_HAIR[int(rng.integers(0, 2 if dark else len(_HAIR)))]) * rng.uniform(0.8, 1.2)
    lips = skin * (rng.uniform(0.8, 1.0), rng.uniform(0.55, 0.75), rng.uniform(0.55, 0.78))
    complexion = Complexion(
        tuple(skin),
        tuple(lips),
        tuple(np.clip(hair * rng.uniform(0.7, 1.3), 0.03, 0.7)),
        _IRIS[int(rng.integers(0, 2 if dark else len(_IRIS)))],
        beard=float(rng.uniform(0.2, 0.9)) if rng.random() < 0.35 else 0.0,
        freckles=float(rng.uniform(0.2, 0.8)) if rng.random() < 0.2 else 0.0,
        age=float(rng.uniform(0, 1)),
    )
    return Look(
        seed,
        float(rng.uniform(0.55, 0.95)),
        complexion,
        hair=(None, "short", "bob", "bun")[int(rng.choice(4, p=(0.12, 0.5, 0.2, 0.18)))],
        hair_colour=tuple(hair),
        hair_cm=float(rng.uniform(0.3, 1.0)),
        headgear=(None, "helmet", "cap")[int(rng.choice(3, p=(0.6, 0.25, 0.15)))],
        headgear_colour=tuple(rng.uniform(0.1, 0.95, 3)),
    )
