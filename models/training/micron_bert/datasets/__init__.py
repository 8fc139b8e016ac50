"""Annotated films of real micro-expressions, each in the folder layout in which its owners hand it out.

None of them is part of this project: they are given out against a signed agreement, by their owners only.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .casme2 import load_casme2
from .casme3 import load_casme3
from .clip import AnnotatedClip, AnnotatedSet
from .samm import load_samm
from .smic import load_smic

__all__ = ["LOADERS", "AnnotatedClip", "AnnotatedSet"]

LOADERS: dict[str, Callable[[Path, bool], AnnotatedSet]] = {
    "casme2": load_casme2,
    "samm": load_samm,
    "smic": load_smic,
    "casme3": load_casme3,
}
"""`(folder, skip_broken) -> AnnotatedSet`; raises TrainingError, or with skip_broken lists what it left out."""
