"""What recognition is tried on: the onset and the apex of a clip, as crops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..datasets.clip import AnnotatedClip
from ..errors import TrainingError
from ..faces.crops import clip_crops
from ..faces.detector import FaceDetector
from ..progress import Progress


@dataclass(frozen=True)
class LabelledPair:
    """Onset and apex of one micro-expression, uint8 [px, px, 3] sRGB each, cut out by one transform."""

    onset: np.ndarray
    apex: np.ndarray
    label: str
    """negative, positive or surprise."""
    dataset: str
    subject: str
    clip: str
    at_apex: bool
    """False when no apex is annotated and `apex` is the middle frame."""

    @property
    def person(self) -> tuple[str, str]:
        """Subjects of different data sets are different people."""
        return self.dataset, self.subject


@dataclass(frozen=True)
class Pairs:
    """The pairs of a list of clips, and messages about clips that had to be left out."""

    pairs: tuple[LabelledPair, ...]
    broken: tuple[tuple[str, str], ...]
    """(data set, message)."""


def crop_pairs(
    clips: Sequence[AnnotatedClip], detector: FaceDetector, size_px: int, skip_broken: bool, progress: Progress
) -> Pairs:
    """Raises TrainingError at the first clip without a face or with a damaged image, unless these are to be skipped."""
    pairs, broken = [], []
    for clip in clips:
        try:
            onset, apex = clip_crops(clip, (clip.onset, clip.key_frame), detector, size_px)
        except TrainingError as error:
            if not skip_broken:
                raise TrainingError(f"{error} (or leave such clips out: --skip-broken)") from error
            broken.append((clip.dataset, str(error)))
        else:
            pair = LabelledPair(
                onset, apex, clip.label, clip.dataset, clip.subject, clip.clip, clip.key_frame_is_apex
            )
            pairs.append(pair)
        progress.step()
    return Pairs(tuple(pairs), tuple(broken))
