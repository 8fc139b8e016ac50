"""Hair, helmets and caps: meshes that ride on the head. All lengths in cm on the mean face."""

from __future__ import annotations

import numpy as np

from .mesh import grid_triangles, vertex_normals
from .model import SKIN, Model


def front(x: np.ndarray, style: str) -> np.ndarray:
    """Height of the hairline over the forehead, cm, at x cm from the middle."""
    side = np.abs(x)
    peak = 0.25 * np.sin(1.9 * x + 0.8) + 0.15 * np.sin(4.3 * x)
    return 8.6 + peak - 0.12 * side - np.clip(side - 3.5, 0, None) * (0.4 if style == "short" else 0.9)


def _hairline(p: np.ndarray, style: str) -> np.ndarray:
    """Signed distance-like height above the hairline, (V,) cm, > 0 where hair grows."""
    side = np.abs(p[:, 0])
    # Behind the temples the line falls to the nape; the ears (z about 0 to 4) stay free in short cuts.
    nape = {"short": -4.5, "bob": -11.0, "bun": -4.0}[style]
    ear = {"short": 4.6, "bob": -9.0, "bun": 4.4}[style]
    line = np.interp(p[:, 2], (-6, -2, 0.5, 4.0, 6.5), (nape, nape, ear, ear, 20.0))
    height = p[:, 1] - np.where(p[:, 2] > 4.2, np.minimum(front(p[:, 0], style), np.maximum(line, ear)), line)
    ear_box = (side > 7.5) & (p[:, 2] > -3.6) & (p[:, 2] < 4.5) & (p[:, 1] > -2.5) & (p[:, 1] < 5.5)
    return np.where(ear_box, -2.0, height)


def shell(
    model: Model, head: np.ndarray, style: str, thickness: float, seed: int, crown: float
) -> tuple[np.ndarray, np.ndarray]:
    """A hair volume over a person's head (V,3): vertices (W,3) and triangles (T,3) into them.

    The shell is the scalp pushed out along its normals; outside the hairline it dives under the skin, so the
    z-buffer draws a soft hairline by itself. Above the height crown (cm) it is pressed flat, under a hat.
    """
    skin = model.mesh.material == SKIN
    triangles = model.mesh.triangles[skin]
    height = _hairline(model.canonical, style)
    near = (height[triangles] > -1.5).any(1) & (model.canonical[triangles][:, :, 1].min(1) > -13)
    triangles = triangles[near]
    kept, index = np.unique(triangles, return_inverse=True)
    normals = vertex_normals(head, model.mesh.triangles[skin])[kept]
    rng = np.random.default_rng(seed)
    p = model.canonical[kept]
    waves = sum(0.5 * np.sin(p @ rng.normal(0, 1.3, 3) + rng.uniform(0, 6.3)) for _ in range(6))
    rise = np.clip(height[kept] / 1.8, -1, 1)
    lift = thickness * rise * (1 + 0.1 * waves) * (1 + 0.45 * np.clip((p[:, 1] - 9) / 5, 0, 1))
    if style == "bob":
        lift = lift * np.interp(p[:, 1], (-10, 2, 9), (1.9, 1.9, 1.0))
    lift = np.where(p[:, 1] > crown, np.minimum(lift, 0.12), lift)
    return head[kept] + lift[:, None] * normals, index.reshape(-1, 3)


def _crown(head: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centre and half axes (cm) of the ellipsoid round a person's skull (V,3)."""
    top = head[(head[:, 1] > 5.5) & (head[:, 1] < 16)]
    low, high = np.percentile(top, 0.5, axis=0), np.percentile(top, 99.5, axis=0)
    centre = (low + high) / 2
    half = (high - low) / 2
    return np.array((0.0, 7.0, centre[2])), np.array((half[0], high[1] - 7.0, half[2]))


def helmet(head: np.ndarray, cap: bool) -> tuple[np.ndarray, np.ndarray]:
    """A hard hat (or a baseball cap) over a person's head (V,3): vertices (W,3), triangles (T,3)."""
    centre, half = _crown(head)
    rows, columns = 24, 64
    angle = np.linspace(0, 2 * np.pi, columns, endpoint=False)  # 0 is the front
    forward = np.cos(angle)
    polar = np.linspace(1e-3, np.pi / 2, rows)[:, None]
    gap = np.array((0.7, 0.8, 0.7)) if cap else np.array((1.7, 2.4, 1.7))
    radius = half + gap
    # A ridge along the middle tells a hard hat from a bowling ball.
    ridge = 1 + (0.0 if cap else 0.05) * np.exp(-((np.sin(angle) / 0.16) ** 2)) * np.sin(polar)
    x, z = np.sin(angle) * np.sin(polar), np.cos(angle) * np.sin(polar)
    dome = np.stack([x * ridge, np.cos(polar) ** 0.9 * ridge, z * ridge], -1) * radius
    # Brim rows: outward and slightly down, long in front.
    reach = np.clip(forward, 0, 1) ** 1.5 * (5.2 if cap else 3.0) + (0.05 if cap else 1.1)
    rim = dome[-1]
    steps = []
    for out, drop in ((0.5, 0.15), (1.0, 0.5), (1.0, 0.9), (0.0, 0.75)):
        push = rim * (1 + out * reach / np.hypot(rim[:, 0], rim[:, 2]))[:, None]
        push[:, 1] = -drop * (0.4 + 0.8 * np.clip(forward, 0, 1))
        steps.append(push)
    points = np.concatenate([dome, np.stack(steps)]) + centre
    tilt = np.deg2rad(-9)  # tipped back: the eyes and brows must stay visible to a camera overhead
    y, z = points[..., 1] - centre[1], points[..., 2] - centre[2]
    points[..., 1] = centre[1] + np.cos(tilt) * y - np.sin(tilt) * z
    points[..., 2] = centre[2] + np.sin(tilt) * y + np.cos(tilt) * z
    return points.reshape(-1, 3), grid_triangles(rows + len(steps), columns, closed=True)
