"""One person's head: expression weights and a pose in, an RGBA patch and projected landmarks out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import hair, skin
from .mesh import vertex_normals
from .model import EYE, HAIR, HAT, LASH, MOUTH, SKIN, TEETH, Model, identity
from .raster import Buffer, rasterise
from .shade import Light, lit, occlusion

_PIVOT = np.array((0.0, -9.0, -1.0), np.float32)  # about where the skull sits on the spine, cm
_DISTANCE = 260.0  # cm from the camera: sets the strength of the perspective
_OVERSAMPLE = 2


@dataclass(frozen=True)
class Look:
    """Who it is. hair and headgear: None or a style; colours sRGB 0-1."""

    seed: int
    strength: float
    complexion: skin.Complexion
    hair: str | None = "short"
    hair_colour: tuple[float, float, float] = (0.16, 0.11, 0.08)
    hair_cm: float = 0.9
    headgear: str | None = None
    headgear_colour: tuple[float, float, float] = (0.95, 0.78, 0.1)


@dataclass(frozen=True)
class Pose:
    """Degrees: yaw towards the image right, pitch down, roll clockwise in the image."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0


def rotation(pose: Pose) -> np.ndarray:
    """(3,3) for x right, y up, z to the camera."""
    y, p, r = np.deg2rad((pose.yaw, pose.pitch, -pose.roll))
    ry = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    rx = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    rz = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return (ry @ rx @ rz).astype(np.float32)


def project(points: np.ndarray, centre: tuple[float, float], px_per_cm: float) -> tuple[np.ndarray, np.ndarray]:
    """World points (V,3) cm to image (V,2) px, y down, and depth (V,) cm; centre: where the origin lands, px."""
    depth = _DISTANCE - points[:, 2]
    scale = px_per_cm * _DISTANCE / depth
    return np.stack([centre[0] + scale * points[:, 0], centre[1] - scale * points[:, 1]], 1), depth


class Head:
    """Geometry, paint and materials of one person, ready to be posed."""

    def __init__(self, model: Model, look: Look):
        self.look = look
        self.model = model
        base = identity(model, look.seed, look.strength)
        # The model's own shoulders would stand outside the clothes: fold them into the neck.
        low = (model.canonical[:, 1] < -9.6)
        base[low, 0] = np.clip(base[low, 0], -6.6, 6.6)
        self.skin_count = len(base)
        self.texture = skin.paint(look.complexion, model.canonical[model.landmarks][:, :2], look.seed)
        if look.hair:
            skin.roots(self.texture, lambda x: hair.front(x, look.hair), look.hair_colour, look.seed)
        points, triangles, material = [base], [model.mesh.triangles], [model.mesh.material]

        def add(mesh: tuple[np.ndarray, np.ndarray], kind: int) -> None:
            offset = sum(map(len, points))
            points.append(mesh[0].astype(np.float32))
            triangles.append(mesh[1] + offset)
            material.append(np.full(len(mesh[1]), kind))

        if look.hair:
            crown = 5.0 if look.headgear else 99.0
            add(hair.shell(model, base, look.hair, look.hair_cm, look.seed, crown), HAIR)
        if look.headgear:
            p, t = hair.helmet(base, cap=look.headgear == "cap")
            add((p, np.concatenate([t, t[:, ::-1]])), HAT)
        self.rest = np.concatenate(points)
        self.triangles = np.concatenate(triangles)
        self.material = np.concatenate(material)
        # The second side of two-sided sheets would cancel their normals.
        first = np.unique(np.sort(self.triangles, axis=1), axis=0, return_index=True)[1]
        self.one_sided = self.triangles[np.sort(first)]
        eye = np.unique(model.mesh.triangles[model.mesh.material == EYE])
        flat = self.rest.copy()
        flat[: self.skin_count] = model.canonical
        for side in (-1, 1):  # the eye painter works from the middle of each eyeball
            one = eye[model.canonical[eye, 0] * side > 0]
            flat[one] -= model.canonical[one].mean(0)
        self.canonical = flat
        # The neck's foot stays on the shoulders while the head turns.
        follow = np.clip((model.canonical[:, 1] + 16.0) / 8.0, 0, 1)
        follow = np.where(model.canonical[:, 2] < -3, np.clip((model.canonical[:, 1] + 15.0) / 12.0, 0, 1), follow)
        self.follow = np.ones((len(self.rest), 1), np.float32)
        self.follow[: self.skin_count, 0] = follow * follow * (3 - 2 * follow)

    def posed(self, weights: dict[str, float], pose: Pose) -> np.ndarray:
        """World vertices (V,3) cm under expression weights."""
        points = self.rest.copy()
        for name, weight in weights.items():
            if weight:
                points[: self.skin_count] += np.float32(weight) * self.model.expressions[name]
        turned = (points - _PIVOT) @ rotation(pose).T + _PIVOT
        return points + self.follow * (turned - points)

    def landmarks(self, world: np.ndarray, centre: tuple[float, float], px_per_cm: float) -> np.ndarray:
        """Image positions (69,2) px: the 68 landmarks and the forehead."""
        chosen = np.append(self.model.landmarks, self.model.forehead)
        return project(world[chosen], centre, px_per_cm)[0]

    def draw(
        self, world: np.ndarray, centre: tuple[float, float], px_per_cm: float, size: tuple[int, int], light: Light
    ) -> np.ndarray:
        """Premultiplied sRGB and coverage (H,W,4) 0-1 of the patch of size (height, width) px."""
        k = _OVERSAMPLE
        image, depth = project(world, (centre[0] * k, centre[1] * k), px_per_cm * k)
        buffer = rasterise(image, depth, self.triangles, size[0] * k, size[1] * k)
        colour = self._shade(buffer, world, px_per_cm * k, light)
        rgba = buffer.image(np.concatenate([colour, np.ones((len(colour), 1), np.float32)], 1))
        return rgba.reshape(size[0], k, size[1], k, 4).mean((1, 3))

    def _shade(self, buffer: Buffer, world: np.ndarray, px_per_cm: float, light: Light) -> np.ndarray:
        normal = buffer.interpolate(self.triangles, vertex_normals(world, self.one_sided))
        kind = self.material[buffer.triangle]
        at = buffer.interpolate(self.triangles, self.canonical)
        hat = kind == HAT
        on = kind == HAIR
        normal[on, 0] += 0.3 * self._strands(at[on])
        normal[on, 1] += 0.12 * self._strands(at[on] * 1.7)
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)
        normal[hat & (normal[:, 2] < 0)] *= -1
        albedo = np.zeros((len(kind), 3), np.float32)
        paint = self.look.complexion
        albedo[kind == SKIN] = skin.sample(self.texture, at[kind == SKIN, :2])
        albedo[kind == EYE] = _eye(at[kind == EYE], paint.iris)
        albedo[kind == LASH] = 0.6 * skin.linear(paint.brow) + 0.1 * skin.linear(paint.skin)
        albedo[kind == TEETH] = skin.linear((0.86, 0.83, 0.76))
        albedo[kind == MOUTH] = skin.linear((0.36, 0.12, 0.11))
        albedo[on] = skin.linear(self.look.hair_colour) * (1 + 0.2 * self._strands(at[on]))[:, None]
        albedo[hat] = skin.linear(self.look.headgear_colour)
        felt = self.look.headgear == "cap"
        # By material: skin, eye, lash, teeth, mouth, hair, hat.
        gloss = np.array([0.55, 1.6, 0, 0.8, 0.5, 0.35, 0.25 if felt else 1.2], np.float32)[kind]
        wrap = np.array([0.42, 0.5, 0, 0.2, 0.2, 0.1, 0], np.float32)[kind]
        open_ = np.minimum(occlusion(buffer, 1.1 * px_per_cm, 2.4), occlusion(buffer, 0.35 * px_per_cm, 1.2))
        open_[(kind == MOUTH)] *= 0.45
        open_[(kind == TEETH)] *= 0.75
        return lit(albedo, normal.astype(np.float32), gloss, wrap, open_, light)

    @staticmethod
    def _strands(at: np.ndarray) -> np.ndarray:
        """Zero-mean streaks (P,) running down the head at positions (P,3) cm."""
        angle = np.arctan2(at[:, 0], at[:, 2] + 2)
        lines = np.sin(61 * angle + 1.3 * np.sin(3 * at[:, 1])) + 0.7 * np.sin(137 * angle + 0.9 * at[:, 1])
        lines += 0.5 * np.sin(23 * angle + 2 * np.sin(at[:, 1]))
        return lines.astype(np.float32)


def _eye(at: np.ndarray, iris: tuple[float, float, float]) -> np.ndarray:
    """Linear albedo (P,3) of the eyeball at positions (P,3) cm from its middle."""
    r = np.hypot(at[:, 0], at[:, 1])[:, None]
    angle = np.arctan2(at[:, 1], at[:, 0])[:, None]
    white = skin.linear((0.86, 0.83, 0.81)) * (1 - 0.25 * np.clip(r - 0.75, 0, 1))
    fibres = skin.linear(iris) * (1 + 0.3 * np.sin(19 * angle + 9 * r))
    ring = np.clip((r - 0.48) / 0.1, 0, 1)
    disc = fibres * (1 - 0.75 * ring)
    disc = np.where(r < 0.24, 0.008, disc)
    edge = np.clip((0.64 - r) / 0.08, 0, 1)
    return (white + edge * (disc - white)).astype(np.float32)
