"""Make the films: python3 -m scene --face-model ict-face.npz --out test/scene."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from . import film, truth
from .cast import FILMS
from .extras import people, room
from .room import HEIGHT, WIDTH, background
from .script import FRAMES


def main() -> None:
    parser = argparse.ArgumentParser(prog="scene", description=__doc__)
    parser.add_argument("--face-model", type=Path, required=True, help="ict-face.npz, the repacked ICT face model")
    parser.add_argument("--out", type=Path, required=True, help="folder for the .mp4 and .json files")
    parser.add_argument("--film", action="append", help=f"only this film: {', '.join(FILMS)}, or lively-a1, quiet-b7, restless-a2 and so on")
    parser.add_argument("--still", type=int, action="append", help="write these frames as PNG instead of the film")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--kbps", type=int, default=1250, help="bit rate ceiling of the video")
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    for name in wanted.film or FILMS:
        numbers = wanted.still or list(range(FRAMES))
        shots = film.frames(wanted.face_model, name, numbers, wanted.processes)
        if wanted.still:
            for number, (rgb, _) in zip(numbers, shots, strict=True):
                Image.frombytes("RGB", (WIDTH, HEIGHT), rgb).save(wanted.out / f"{name}-{number:04}.png")
            continue
        _film(name, shots, wanted.out, wanted.kbps)


def _film(name: str, shots: Iterator[tuple[bytes, np.ndarray]], out: Path, kbps: int) -> None:
    video = out / f"{name}.mp4"
    encoder = film.encoder(video, kbps)
    assert encoder.stdin is not None
    points = []
    for rgb, landmarks in shots:
        encoder.stdin.write(rgb)
        points.append(landmarks)
    encoder.stdin.close()
    if encoder.wait():
        raise SystemExit(f"ffmpeg failed on {video}")
    cast = people(name)
    text = background(room(name))[1]
    parts = [film.events(p) for p in cast]
    truth.write(video.with_suffix(".json"), video.name, cast, np.stack(points), [film.poses(p) for p in cast], parts, text)
    print(f"{video}: {len(points)} frames, {video.stat().st_size / 1e6:.2f} MB", flush=True)


if __name__ == "__main__":
    main()
