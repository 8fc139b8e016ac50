"""How a data set is described that comes as a table and folders of numbered images."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Columns:
    """Titles of the columns that are read."""

    subject: str
    clip: str
    onset: str
    apex: str
    offset: str
    aus: str
    emotion: str


@dataclass(frozen=True)
class Layout:
    """One data set."""

    dataset: str
    fps: float
    table: str
    """How the name of the annotation table begins."""
    columns: Columns
    roots: tuple[str, ...]
    """Where, below the folder given, the folders of the subjects may be."""
    subject: Callable[[str], str]
    """The subject's folder from what the table says."""
    subject_folder: re.Pattern[str]
    """What folders of subjects are called."""
    clip: Callable[[str, int], str]
    """Name of a clip from its file name in the table and its onset: unique for a subject."""
    folders: Callable[[str, str, int], tuple[str, ...]]
    """Where its images may be below the root: from subject, file name in the table, and onset."""
    image: re.Pattern[str]
    """File names of images; the first group is the frame number."""
    classes: Mapping[str, str]
    """Emotion in lower case -> negative, positive, surprise, as MEGC 2019 groups them."""
    dropped: frozenset[str]
    """Emotions that MEGC 2019 has no place for."""
