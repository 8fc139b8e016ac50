"""What all data sets have in common: a short film of one face with onset, apex, offset and an emotion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ..errors import TrainingError

Found = TypeVar("Found")


@dataclass(frozen=True)
class AnnotatedClip:
    """One micro-expression. `onset`, `apex` and `offset` are places in `frames`."""

    dataset: str
    subject: str
    clip: str
    fps: float
    frames: tuple[Path, ...]
    """Image files in order, without gaps, from up to a second before the onset to up to a second after the offset."""
    onset: int
    apex: int | None
    """None where nobody annotated it."""
    offset: int
    emotion: str
    """As annotated, in lower case."""
    label: str
    """negative, positive or surprise, after MEGC 2019."""
    aus: tuple[str, ...]
    """Action units as annotated ("L14", "4"); empty where there are none."""
    source: str
    """Where the annotation stands, for messages: a file and its row, or a folder."""

    @property
    def key_frame(self) -> int:
        """The apex; the middle between onset and offset where none is annotated, or it is the onset itself.

        The middle is a plain choice that needs no model: SMIC-HS has no apex at all, and comparing an onset with
        itself (some 30 rows of the published tables say so) would compare nothing.
        """
        if self.apex is None or self.apex == self.onset:
            return (self.onset + self.offset) // 2
        return self.apex

    @property
    def key_frame_is_apex(self) -> bool:
        """Whether `key_frame` was annotated."""
        return self.key_frame == self.apex


@dataclass(frozen=True)
class AnnotatedSet:
    """The usable clips of one data set, and what was left out of it."""

    dataset: str
    source: Path
    """The table, or the folder where there is none."""
    clips: tuple[AnnotatedClip, ...]
    dropped: Mapping[str, int]
    """Clips with an emotion that is none of the three classes: emotion -> how many."""
    broken: tuple[str, ...]
    """One message per clip that was skipped because its annotation or its images are unusable."""


class Collector:
    """Gathers clips one by one; what is broken either stops everything or is written down."""

    def __init__(self, dataset: str, source: Path, skip_broken: bool) -> None:
        self._dataset, self._source, self._skip_broken = dataset, source, skip_broken
        self._clips: list[AnnotatedClip] = []
        self._dropped: dict[str, int] = {}
        self._broken: list[str] = []

    def each(self, found: Iterable[Found], read: Callable[[Found], AnnotatedClip | str]) -> None:
        """`read` gives a clip, or the emotion for which it is dropped, or raises TrainingError."""
        seen: dict[tuple[str, str], str] = {}
        for one in found:
            try:
                clip = read(one)
                if isinstance(clip, AnnotatedClip):
                    earlier = seen.setdefault((clip.subject, clip.clip), clip.source)
                    if earlier != clip.source:
                        raise TrainingError(f"{clip.source}: the same clip as {earlier}; take one of them out")
            except TrainingError as error:
                if not self._skip_broken:
                    raise TrainingError(f"{error} (or leave such clips out: --skip-broken)") from error
                self._broken.append(str(error))
                continue
            if isinstance(clip, str):
                self.drop(clip)
            else:
                self._clips.append(clip)

    def drop(self, emotion: str, how_many: int = 1) -> None:
        """Count clips that the three classes have no place for."""
        self._dropped[emotion] = self._dropped.get(emotion, 0) + how_many

    def result(self) -> AnnotatedSet:
        """Raises TrainingError when there is nothing to work with."""
        if not self._clips:
            raise TrainingError(
                f"{self._source}: no usable clip ({len(self._broken)} broken, {sum(self._dropped.values())} of other "
                "emotions); check that this is the right data set"
            )
        return AnnotatedSet(
            self._dataset, self._source, tuple(self._clips), dict(sorted(self._dropped.items())), tuple(self._broken)
        )
