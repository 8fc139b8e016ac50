"""Heads that do not move while their faces do, to be moved by a known amount: python3 -m scene.steady.

A film of these has the person on the left, before black, and the coverage beside it, so that whoever moves the person
can put them before any background. The person is drawn twice as large as faces are in tests: shrinking a picture
loses less than interpolating one.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path

import numpy as np

from .cast import FILMS, Person
from .face import Head, Pose
from .model import load
from .script import FPS, UNITS, Event, _shapes, _speech, envelope, micro, talk
from .shade import Light
from .truth import _NAMED, _box, _event

SCHEMA = "micron-edge/steady/1"
SIDE = 384
_CM = 13.5  # px per cm: a face of about 220 px
_CENTRE = (SIDE / 2, SIDE * 0.56)
_FRAMES = 75
_ACTS = (
    Event("none", "blink", (45,), 12, 15, 19, 1.0),
    talk(24, 54, 0.28),
    Event("none", "blink", (45,), 40, 43, 47, 1.0),
    micro("negative", (4, 7), 58, 0.55),
)
CAST = {"steady-a": FILMS["plant-a"][1], "steady-b": FILMS["plant-b"][0]}


def weights(frame: int) -> dict[str, float]:
    """Blendshape weights of a frame; the head's pose is always the same."""
    at, out = np.array([frame]), {f"eyeBlink_{side}": 0.06 for side in "LR"}
    for act in _ACTS:
        if act.kind == "talk":
            curves = {name: float(v[0]) for name, v in _speech(act, at, np.random.default_rng(1)).items()}
        else:
            strength = act.strength * float(envelope(act, at)[0])
            curves = {name: w * strength for unit in act.aus for name, w in _shapes(UNITS[unit]).items()}
        for name, value in curves.items():
            out[name] = float(np.clip(out.get(name, 0) + value, 0, 1))
    return out


def make(model_file: Path, name: str, out: Path) -> None:
    """Write the film and its truth: landmarks and box of the skull, which hold for every frame."""
    person: Person = CAST[name]
    head = Head(load(model_file), person.look)
    video = out / f"{name}.mp4"
    encoder = subprocess.Popen(
        ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{2 * SIDE}x{SIDE}",
         "-r", str(FPS), "-i", "-", "-an", "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
         "-c:v", "libx264", "-preset", "slow", "-crf", "10", "-bf", "0", "-color_primaries", "bt709",
         "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv", "-movflags", "+faststart",
         "-map_metadata", "-1", "-fflags", "+bitexact", str(video)],
        stdin=subprocess.PIPE,
    )  # fmt: skip
    assert encoder.stdin is not None
    for frame in range(_FRAMES):
        rgba = head.draw(head.posed(weights(frame), Pose()), _CENTRE, _CM, (SIDE, SIDE), Light())
        picture = np.concatenate([rgba[..., :3], np.repeat(rgba[..., 3:], 3, 2)], 1)
        encoder.stdin.write((np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8).tobytes())
    encoder.stdin.close()
    if encoder.wait():
        raise SystemExit(f"ffmpeg failed on {video}")
    points = head.landmarks(head.posed({}, Pose()), _CENTRE, _CM)
    truth = {
        "schema": SCHEMA, "video": video.name, "sidePx": SIDE, "fps": FPS, "frames": _FRAMES, "box": _box(points),
        "landmarks": {key: np.round(points[list(rows)].mean(0), 2).tolist() for key, rows in _NAMED.items()},
        "events": [_event(act) for act in _ACTS],
    }  # fmt: skip
    video.with_suffix(".json").write_text(json.dumps(truth, separators=(",", ":")) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="scene.steady", description=__doc__)
    parser.add_argument("--face-model", type=Path, required=True, help="ict-face.npz, the repacked ICT face model")
    parser.add_argument("--out", type=Path, required=True, help="folder for the .mp4 and .json files")
    wanted = parser.parse_args()
    for name in CAST:
        make(wanted.face_model, name, wanted.out)


if __name__ == "__main__":
    main()
