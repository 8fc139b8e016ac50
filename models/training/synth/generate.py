"""Clips of one person after the other, each a shard; what is there already is not made again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from scene.face import Head, Pose, project
from scene.model import Model

from .acts import FRAMES, KINDS, LABELS, Act, act
from .camera import Camera, background, camera, compress, expose, tile
from .people import person
from .ranges import SPLITS, Ranges, direction, lamps, pose
from .register import SIDE, cut, points, similarity
from .shard import write
from .stage import SIZE, Actor, Lamps, Stage

FIRST_SEED = {"train": 1, "validation": 100_001, "test": 200_001, "other": 300_001}
"""People of one split are never in another."""
CLIPS = 40
_STRIP = 10  # clips that share one camera and one video
_CM = 9.5  # px per cm of the rendered picture
_SHARES = {"micro": 0.58, "still": 0.04, "head": 0.09, "blink": 0.07, "gaze": 0.05, "talk": 0.08, "macro": 0.05, "light": 0.04}
AMPLITUDE = {"train": (0.1, 0.6), "validation": (0.15, 0.5), "test": (0.15, 0.5), "other": (0.15, 0.5)}

Draw = Callable[[np.ndarray, tuple[float, float], Lamps], np.ndarray]
"""World vertices (V,3), centre px and light -> uint8 (SIZE,SIZE,4)."""


def shard(stage: Stage, model: Model, split: str, seed: int, out: Path) -> None:
    """Render one person's clips of a split. Everything follows from the seed."""
    head = Head(model, person(seed))
    actor = Actor(stage, head)
    try:
        film(head, lambda world, centre, light: actor.draw(world, centre, _CM, light), split, seed, out, SPLITS[split])
    finally:
        actor.release()


def film(
    head: Head, draw: Draw, split: str, seed: int, out: Path, ranges: Ranges,
    clips: int = CLIPS, codec: str = "libx264", frames: tuple[int, ...] = tuple(range(FRAMES)),
    lens: Callable[[np.ndarray], np.ndarray] = lambda picture: picture,
) -> None:  # fmt: skip
    """Act, draw, expose, compress, register and store. `frames` of each act are drawn; `lens` distorts pictures."""
    rng = np.random.default_rng((seed, 2))
    crops = np.zeros((clips, len(frames), SIDE, SIDE, 3), np.uint8)
    facts: dict[str, list[object]] = {name: [] for name in ("label", "kind", "amplitude", "times", "units", "moved", "quality")}
    for first in range(0, clips, _STRIP):
        eye = camera(rng, codec)
        acts, pictures, matrices = [], [], []
        for number in range(first, min(first + _STRIP, clips)):
            script = act(rng, *_cast(rng, number), AMPLITUDE[split])
            strip, matrix, moved = _clip(head, draw, script, rng, ranges, eye, frames, lens)
            acts.append(script), pictures.append(strip), matrices.append(matrix)
            _note(facts, script, moved, eye, frames)
        seen = compress(np.concatenate(pictures, 2), eye, 25)
        side = tile(eye, SIZE)
        for k, matrix in enumerate(matrices):
            for t in range(len(frames)):
                crops[first + k, t] = cut(seen[t, :, k * side : (k + 1) * side], matrix[t])
    arrays = {name: np.array(values) for name, values in facts.items()}
    write(out, crops, {**arrays, "person": np.full(clips, seed, np.int64)})


def _cast(rng: np.random.Generator, number: int) -> tuple[str, str]:
    kind = str(rng.choice(list(_SHARES), p=np.array(list(_SHARES.values())) / sum(_SHARES.values())))
    return kind, LABELS[1 + number % 3]


def _note(facts, script: Act, moved: np.ndarray, eye: Camera, frames: tuple[int, ...]) -> None:
    units = np.zeros(8, np.int8)
    units[: len(script.units)] = script.units
    row = {
        "label": LABELS.index(script.label), "kind": KINDS.index(script.kind), "quality": eye.quality,
        "amplitude": script.amplitude[list(frames)].astype(np.float32),
        "times": script.times_ms[list(frames)].astype(np.float32),
        "units": units, "moved": moved.astype(np.float16),
    }  # fmt: skip
    for name, value in row.items():
        facts[name].append(value)


def _clip(head, draw, script: Act, rng, ranges: Ranges, eye: Camera, frames, lens):
    """Pictures uint8 (T,side,side,3), registration (T,2,3), and how far each patch moves (14,14) in crop px."""
    base = pose(rng, ranges)
    skin = float(np.mean(np.power(head.look.complexion.skin, 2.2)))
    azimuth, elevation, light = lamps(rng, ranges, skin)
    scene = background(rng, SIZE)
    middle = np.array((SIZE / 2, SIZE / 2 - 5)) + rng.uniform(-6, 6, 2)
    phase = rng.random()
    pictures, marks = [], []
    for t in frames:
        turned = Pose(*(base + script.pose[t]))
        centre = tuple(middle + script.shift[t] * _CM * np.array((1, -1)))
        world = head.posed({name: float(values[t]) for name, values in script.weights.items()}, turned)
        lit = Lamps(**{
            **light.__dict__,
            "key": direction(azimuth + script.turn[t], elevation),
            "exposure": light.exposure * float(script.gain[t]),
        })  # fmt: skip
        drawn = draw(world, centre, lit).astype(np.float32) / 255
        cover = drawn[..., 3:]
        picture = lens(drawn[..., :3] * cover + scene * (1 - cover))
        pictures.append(expose(picture, eye, rng, float(script.times_ms[t]), phase))
        # Where the skull is, not what the face does: expressions must not drag the registration along.
        marks.append(points(head.landmarks(head.posed({}, turned), centre, _CM)))
    scale = tile(eye, SIZE) / SIZE
    matrices = [similarity((mark + script.unregistered * (marks[0] - mark)) * scale) for mark in marks]
    moved = _moved(head, script, Pose(*base), tuple(middle), matrices[0], scale)
    return np.stack(pictures), matrices, moved


def _moved(head: Head, script: Act, turned: Pose, centre, matrix: np.ndarray, scale: float) -> np.ndarray:
    """Crop px (14,14) that the skin under each patch moves at the apex; 0 where no skin is seen."""
    if not script.parts:
        return np.zeros((14, 14))
    strength = float(script.amplitude.max())
    rest = head.posed({}, turned)[: head.skin_count]
    apex = head.posed({name: weight * strength for name, weight in script.parts.items()}, turned)[: head.skin_count]
    where = [project(points_, centre, _CM)[0] * scale @ matrix[:, :2].T + matrix[:, 2] for points_ in (rest, apex)]
    length = np.linalg.norm(where[1] - where[0], axis=1)
    front = (rest[:, 2] > 3) & (where[0] >= 0).all(1) & (where[0] < 112).all(1)
    cell = (where[0][front, 1] // 8).astype(int) * 14 + (where[0][front, 0] // 8).astype(int)
    total = np.bincount(cell, length[front], 196)
    return (total / np.maximum(np.bincount(cell, minlength=196), 1)).reshape(14, 14)

