"""One film: the people in front of the room, frame by frame, into ffmpeg."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from scipy.ndimage import shift

from . import torso
from .cast import Person
from .extras import people, room
from .face import Head, Pose
from .model import Model, load
from .room import HEIGHT, WIDTH, background
from .script import FPS, Event, blinks, perform
from .shade import Light

_LIGHT = Light()


class Actor:
    """A person and everything of theirs that is worked out once."""

    def __init__(self, model: Model, person: Person):
        self.person = person
        self.curves, self.pose, self.sway = perform(events(person), np.random.default_rng(person.look.seed + 2000))
        self.head = Head(model, person.look)
        s, (cx, cy) = person.px_per_cm, person.centre
        self.left, self.right = max(0, int(cx - 25 * s)), min(WIDTH, int(cx + 25 * s))
        self.top, self.neck = int(cy - 20 * s), min(HEIGHT, int(cy + 17 * s))
        self.face_left, self.face_right = max(0, int(cx - 14.5 * s)), min(WIDTH, int(cx + 14.5 * s))
        self.body = torso.draw(person.outfit, (cx - self.left, cy), s, (HEIGHT, self.right - self.left), _LIGHT)
        self.body = self.body[int(cy + 8 * s) :].astype(np.float32)

    def _world(self, frame: int) -> tuple[np.ndarray, tuple[float, float]]:
        weights = {name: float(curve[frame]) for name, curve in self.curves.items()}
        world = self.head.posed(weights, Pose(*self.pose[frame]))
        s, (dx, dy) = self.person.px_per_cm, self.sway[frame]
        return world, (self.person.centre[0] + s * dx, self.person.centre[1] - s * dy)

    def draw(self, canvas: np.ndarray, frame: int) -> np.ndarray:
        """Paint onto canvas (H,W,3) 0-1; returns the landmarks (69,2) px."""
        world, centre = self._world(frame)
        s = self.person.px_per_cm
        size = (self.neck - self.top, self.face_right - self.face_left)
        patch = self.head.draw(world, (centre[0] - self.face_left, centre[1] - self.top), s, size, _LIGHT)
        under = canvas[self.top : self.neck, self.face_left : self.face_right]
        under[:] = patch[..., :3] + (1 - patch[..., 3:]) * under
        offset = (centre[1] - self.person.centre[1], centre[0] - self.person.centre[0], 0)
        body = shift(self.body, offset, order=1, mode="nearest")
        under = canvas[HEIGHT - len(body) :, self.left : self.right]
        under[:] = body[..., :3] + (1 - body[..., 3:]) * under
        return self.head.landmarks(world, centre, s)


_film: tuple[np.ndarray, list[Actor]] | None = None


def _prepare(face_model: Path, name: str) -> None:
    global _film
    model = load(face_model)
    _film = background(room(name))[0], [Actor(model, person) for person in people(name)]


def _frame(number: int) -> tuple[bytes, np.ndarray]:
    assert _film is not None
    canvas = _film[0].copy()
    points = [actor.draw(canvas, number) for actor in _film[1]]
    return (np.clip(canvas, 0, 1) * 255 + 0.5).astype(np.uint8).tobytes(), np.stack(points)


def frames(face_model: Path, name: str, numbers: list[int], processes: int) -> Iterator[tuple[bytes, np.ndarray]]:
    """(RGB bytes, landmarks (people,69,2) px) of the wanted frames in order."""
    with Pool(processes, _prepare, (face_model, name)) as pool:
        yield from pool.imap(_frame, numbers, chunksize=4)


def events(person: Person) -> list[Event]:
    """The person's acts and blinks, as the film shows them."""
    acts = [*person.acts, *blinks(list(person.acts), np.random.default_rng(person.look.seed + 1000))]
    return sorted(acts, key=lambda act: act.onset)


def poses(person: Person) -> np.ndarray:
    """(FRAMES,3) degrees: yaw towards the image right, pitch down, roll clockwise in the image."""
    return perform(events(person), np.random.default_rng(person.look.seed + 2000))[1]


def encoder(path: Path, kbps: int) -> subprocess.Popen[bytes]:
    """ffmpeg reading RGB frames on its standard input. No B-frames and closed GOPs, as cameras send them."""
    return subprocess.Popen(
        ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}",
         "-r", str(FPS), "-i", "-", "-an", "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
         "-c:v", "libx264", "-preset", "slow", "-profile:v", "main", "-crf", "19", "-maxrate", f"{kbps}k",
         "-bufsize", f"{2 * kbps}k", "-bf", "0", "-g", str(FPS), "-keyint_min", str(FPS), "-sc_threshold", "0",
         "-flags", "+cgop", "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709",
         "-color_range", "tv", "-movflags", "+faststart", "-map_metadata", "-1", "-fflags", "+bitexact",
         str(path)],
        stdin=subprocess.PIPE,
    )  # fmt: skip
