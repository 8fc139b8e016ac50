"""SMIC-HS: Li et al., "A Spontaneous Micro-expression Database", FG 2013; 100 frames a second.

    HS/s1/micro/positive/s1_po_01/image000123.jpg       also negative and surprise; reg_image... in the cropped set
    HS/s1/non_micro/...                                 not used: MEGC 2019 has no such class

There is no table: the folder is the annotation. A clip runs from onset to offset, and no apex is annotated, so
`AnnotatedClip.key_frame` is the middle frame. MEGC 2019 takes all 164 clips of 16 people as they are: 70 negative, 51
positive, 43 surprise.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..errors import TrainingError
from .clip import AnnotatedClip, AnnotatedSet, Collector
from .images import numbered_images, run_around

FPS = 100
CLASSES = ("negative", "positive", "surprise")
ROOTS = ("HS", "SMIC_all_raw/HS", "SMIC_all_cropped/HS", "SMIC/HS", ".")
SUBJECT = re.compile(r"s\d+", re.IGNORECASE)
IMAGE = re.compile(r"(?:reg_)?image(\d+)\.(?:jpe?g|png|bmp)", re.IGNORECASE)


def load_smic(folder: Path, skip_broken: bool = False) -> AnnotatedSet:
    """The folder that holds HS, or HS itself. Raises TrainingError that names the folder at fault."""
    if not folder.is_dir():
        raise TrainingError(f"{folder}: no such folder")
    root, subjects = _subjects(folder)
    collector = Collector("smic", root, skip_broken)
    clips = []
    for subject in subjects:
        for emotion in _folders(subject / "micro"):
            if emotion.name.casefold() not in CLASSES:
                raise TrainingError(f"{emotion}: is none of {', '.join(CLASSES)}; this is not the layout of SMIC-HS")
            clips += _folders(emotion)
        unused = len(_folders(subject / "non_micro"))
        if unused:
            collector.drop("non_micro", unused)
    collector.each(clips, _clip)
    return collector.result()


def _subjects(folder: Path) -> tuple[Path, list[Path]]:
    for name in ROOTS:
        root = folder / name
        found = [path for path in _folders(root) if SUBJECT.fullmatch(path.name)]
        if any((path / "micro").is_dir() for path in found):
            return root, found
    raise TrainingError(f"{folder}: no folder s1/micro in {', '.join(ROOTS)}; unpack the HS part of SMIC there")


def _folders(folder: Path) -> list[Path]:
    """Empty where there is no such folder: some people have only one of micro and non_micro."""
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def _clip(folder: Path) -> AnnotatedClip:
    """subject/micro/emotion/clip."""
    images = numbered_images(folder, IMAGE)
    if len(images) < 2:
        raise TrainingError(f"{folder}: holds {len(images)} images image000123.jpg; copy it again from the data set")
    first, last = min(images), max(images)
    gap = next((number for number in range(first, last) if number not in images), None)
    if gap is not None:
        raise TrainingError(f"{folder}: no image of frame {gap} between {first} and {last}; copy it again")
    frames, onset = run_around(images, first, last, margin=0)
    emotion = folder.parent.name.casefold()
    return AnnotatedClip(
        dataset="smic",
        subject=folder.parents[2].name,
        clip=folder.name,
        fps=FPS,
        frames=frames,
        onset=onset,
        apex=None,
        offset=len(frames) - 1,
        emotion=emotion,
        label=emotion,
        aus=(),
        source=str(folder),
    )
