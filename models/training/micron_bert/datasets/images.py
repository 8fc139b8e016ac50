"""The image files of a clip: found by their numbers, read one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from ..errors import TrainingError
from .clip import AnnotatedClip


def numbered_images(folder: Path, name: re.Pattern[str]) -> dict[int, Path]:
    """Frame number -> file, for the files whose whole name matches; the first group is the number."""
    found = {}
    for path in folder.iterdir():
        matched = name.fullmatch(path.name)
        if matched:
            found[int(matched[1])] = path
    return found


def run_around(images: Mapping[int, Path], first: int, last: int, margin: int) -> tuple[tuple[Path, ...], int]:
    """The files of frames first..last with up to `margin` more on either side, and the place of `first` among them.

    The margin ends at the first gap. Frames first..last must be there.
    """
    before = next((n for n in range(1, margin + 1) if first - n not in images), margin + 1) - 1
    after = next((n for n in range(1, margin + 1) if last + n not in images), margin + 1) - 1
    return tuple(images[number] for number in range(first - before, last + after + 1)), before


def read_frame(clip: AnnotatedClip, at: int) -> np.ndarray:
    """uint8 [H, W, 3] sRGB of `clip.frames[at]`; grey images get three equal planes.

    Raises TrainingError when the file is gone or damaged.
    """
    path = clip.frames[at]
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    # Pillow tells of damage in PNG by SyntaxError, and in some headers by ValueError.
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise TrainingError(
            f"{path}: image of {clip.source} cannot be read ({error}); copy it again from the data set"
        ) from error
