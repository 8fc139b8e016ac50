"""The test set that training never looks at: another renderer, other skin, another lens, another codec."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from scene.face import Head
from scene.model import Model
from scene.shade import Light

from .generate import FIRST_SEED, film
from .people import person
from .ranges import UNSEEN
from .stage import SIZE, Lamps

CLIPS = 20
FRAMES = (0, 3)
"""Onset and apex: the numpy rasteriser takes a fifth of a second for each."""
CODECS = ("libx265", "mpeg4")


def shard(model: Model, seed: int, out: Path) -> None:
    """One person's clips. Same acts and labels as everywhere, everything that makes the picture is different."""
    rng = np.random.default_rng((seed, 3))
    head = Head(model, person(seed))
    head.texture = _other_skin(head.texture, rng)
    bend = float(rng.uniform(-0.25, 0.25))

    def draw(world: np.ndarray, centre: tuple[float, float], light: Lamps) -> np.ndarray:
        drawn = head.draw(world, centre, 9.5, (SIZE, SIZE), _light(light))
        straight = np.concatenate([drawn[..., :3] / np.maximum(drawn[..., 3:], 1e-3), drawn[..., 3:]], 2)
        return np.clip(straight * 255, 0, 255).astype(np.uint8)

    codec = CODECS[(seed - FIRST_SEED["other"]) % len(CODECS)]
    film(head, draw, "other", seed, out, UNSEEN, CLIPS, codec, FRAMES, lambda picture: _distort(picture, bend))


def _light(light: Lamps) -> Light:
    """The same lamps for the shader of `scene`, exposure folded into their colours."""
    coloured = {
        "key_colour": light.key_colour, "fill_colour": light.fill_colour, "sky": light.sky, "floor": light.ground
    }  # fmt: skip
    return Light(
        key=tuple(light.key), fill=tuple(light.fill),
        **{name: tuple(np.asarray(value) * light.exposure) for name, value in coloured.items()},
    )  # fmt: skip


def _other_skin(texture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Moles, larger blotches and an uneven tan instead of the fine mottle that all training faces share."""
    height, width, _ = texture.shape
    coarse = cv2.resize(rng.normal(0, 1, (18, 13)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    moles = (rng.random((height, width)) < 0.0001).astype(np.float32)
    moles = np.clip(cv2.GaussianBlur(moles, (0, 0), 3) * 55, 0, 1)[..., None]
    tan = 1 + 0.10 * coarse[..., None] * (1.0, 1.15, 1.2)
    return np.clip(cv2.bilateralFilter(texture.astype(np.float32), 7, 0.05, 5) * tan * (1 - 0.7 * moles), 0.004, 1)


def _distort(picture: np.ndarray, bend: float) -> np.ndarray:
    """Barrel or pillow: radius times 1 + bend * r^2, r = 1 at the middle of a side. A few px at the face's edge."""
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32) / (SIZE / 2) - 1
    grow = 1 + bend * 0.2 * (x * x + y * y)
    at = [((axis * grow + 1) * (SIZE / 2)).astype(np.float32) for axis in (x, y)]
    return cv2.remap(picture.astype(np.float32), *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
