"""The ICT face model, cut down to the surfaces a camera can see."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .mesh import Mesh, triangulate

SKIN, EYE, LASH, TEETH, MOUTH, HAIR, HAT = range(7)

# (first vertex, end vertex, material). Left out: eye sockets, the inner eyeball and the transparent wetness layers.
_RANGES = (
    (0, 11248, SKIN),
    (11248, 13294, MOUTH),
    (14062, 17039, MOUTH),
    (17039, 21451, TEETH),
    (21451, 22221, EYE),
    (23021, 23791, EYE),
    (24591, 24999, SKIN),
    (25351, 26719, LASH),
)
# The 68 landmark vertices in the usual order: jaw 0-16, brows 17-26, nose 27-35, eyes 36-47, lips 48-67.
# fmt: off
LANDMARKS = (
    1225, 1888, 1052, 367, 1719, 1722, 2199, 1447, 966, 3661, 4390, 3927, 3924, 2608, 3272, 4088, 3443,
    268, 493, 1914, 2044, 1401, 3615, 4240, 4114, 2734, 2509, 978, 4527, 4942, 4857, 1140, 2075, 1147, 4269, 3360,
    1507, 1542, 1537, 1528, 1518, 1511, 3742, 3751, 3756, 3721, 3725, 3732,
    5708, 5695, 2081, 0, 4275, 6200, 6213, 6346, 6461, 5518, 5957, 5841,
    5702, 5711, 5533, 6216, 6207, 6470, 5517, 5966,
)
# fmt: on
FOREHEAD_Y = 8.0
"""Height in cm of the hairline on the mean face, where the ground-truth box starts."""


@dataclass(frozen=True)
class Model:
    """canonical (V,3) cm mean face, x to the image right, y up, z to the camera; expressions name -> (V,3) cm;
    identities (100,V,3) cm per standard deviation; landmarks (68,) and forehead: vertex indices."""

    canonical: np.ndarray
    expressions: dict[str, np.ndarray]
    identities: np.ndarray
    mesh: Mesh
    landmarks: np.ndarray
    forehead: int


def load(path: Path) -> Model:
    """Read ict-face.npz and drop what is never seen."""
    data = np.load(path)
    neutral = data["neutral"].astype(np.float32)
    material = np.full(len(neutral), -1)
    for first, end, kind in _RANGES:
        material[first:end] = kind
    triangles = triangulate(data["faces"])
    wanted = (material[triangles] >= 0).all(1)
    # Teeth and gums deep in the mouth cost fragments and are never lit.
    deep = neutral[triangles][:, :, 2].max(1) < 7.0
    wanted &= ~(deep & np.isin(material[triangles[:, 0]], (TEETH, MOUTH)))
    # The torso hides what is this low, and lower lashes would be a black line at this size.
    corners = neutral[triangles]
    wanted &= corners[:, :, 1].max(1) > -15.0
    wanted &= ~((material[triangles[:, 0]] == LASH) & (corners[:, :, 1].mean(1) < 3.35))
    triangles = triangles[wanted]
    lashes = triangles[material[triangles[:, 0]] == LASH]
    triangles = np.concatenate([triangles, lashes[:, ::-1]])
    kept = np.unique(np.concatenate([triangles.ravel(), LANDMARKS]))
    index = np.full(len(neutral), -1)
    index[kept] = np.arange(len(kept))
    triangles = index[triangles]
    canonical = neutral[kept]
    mesh = Mesh(triangles, canonical[:, :2], material[kept][triangles[:, 0]])
    names = [str(name) for name in data["expression_names"]]
    expressions = {n: d.astype(np.float32)[kept] for n, d in zip(names, data["expressions"], strict=True)}
    identities = data["identities"][:, kept].astype(np.float32)
    forehead = int(np.argmin(np.abs(canonical - (0, FOREHEAD_Y, 9.5)) @ np.array((4.0, 1.0, 0.2))))
    return Model(canonical, expressions, identities, mesh, index[np.array(LANDMARKS)], forehead)


def identity(model: Model, seed: int, strength: float) -> np.ndarray:
    """A person nobody is: the mean face moved along random identity directions. (V,3) cm."""
    coefficients = np.clip(np.random.default_rng(seed).normal(0, strength, 40), -1.6, 1.6).astype(np.float32)
    return model.canonical + np.tensordot(coefficients, model.identities[:40], 1)
