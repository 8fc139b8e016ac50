"""Render the data set: one shard of clips per person, split by person. What is whole already is left alone, so an
interrupted run goes on where it was; a larger --people adds to it."""

from __future__ import annotations

import argparse
import multiprocessing
from pathlib import Path

from ..errors import TrainingError
from ..progress import Progress

PEOPLE = {"train": 200, "validation": 12, "test": 32, "other": 24}
"""Per split; see synth.generate.FIRST_SEED."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the step."""
    parser.add_argument("--face-model", type=Path, required=True, help="ict-face.npz, see README.md")
    parser.add_argument("--out", type=Path, required=True, help="folder of the data set, made if missing")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--split", choices=PEOPLE, action="append", help="only these")
    parser.add_argument("--people", type=int, help="people per split instead of the defaults")


def run(arguments: argparse.Namespace) -> None:
    """Raises TrainingError when the face model, ffmpeg or OpenGL is missing."""
    if not arguments.face_model.is_file():
        raise TrainingError(f"{arguments.face_model}: no such file; models/training/README.md says where to get it")
    try:
        from synth.generate import FIRST_SEED
    except ImportError as error:
        raise TrainingError(f"{error.name}: install python3-moderngl, python3-opencv, python3-scipy, python3-pil") from error
    jobs = []
    for split in arguments.split or PEOPLE:
        for number in range(arguments.people or PEOPLE[split]):
            seed = FIRST_SEED[split] + number
            stem = arguments.out / split / f"{seed:06d}"
            if not stem.with_suffix(".npz").exists():
                jobs.append((split, seed, stem))
    # Spawned, not forked: an OpenGL context does not survive a fork.
    context = multiprocessing.get_context("spawn")
    with context.Pool(arguments.workers, _prepare, (arguments.face_model,)) as pool, Progress("people", len(jobs)) as progress:
        for _ in pool.imap_unordered(_make, jobs):
            progress.step()


_worker: dict[str, object] = {}


def _prepare(face_model: Path) -> None:
    import cv2

    from scene.model import load

    cv2.setNumThreads(1)
    _worker["model"] = load(face_model)


def _make(job: tuple[str, int, Path]) -> None:
    split, seed, stem = job
    if split == "other":
        from synth.other import shard

        shard(_worker["model"], seed, stem)
        return
    from synth.generate import shard as film
    from synth.stage import Stage

    if "stage" not in _worker:
        _worker["stage"] = Stage()
    film(_worker["stage"], _worker["model"], split, seed, stem)
