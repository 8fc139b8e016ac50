"""Spotting as in MEGC 2020 to 2025: intervals that overlap enough, counted over a whole data set.

He, Wang, Li, Yap: "Spotting Macro- and Micro-expression Intervals in Long Video Sequences", FG 2020, arXiv 1912.11985,
and the rules of the challenges since: a spotted interval is a true positive when the intersection of its frames with
those of a true interval is at least half of their union. Each interval counts once at most. With a true positives
among n spotted and m true intervals of a video, FP = n - a and FN = m - a; all three are summed over all videos of a
set (and over all sets for the overall figure) before precision, recall and F1 are taken. A video in which nothing
happens counts through its false positives.

Where several intervals compete, the rules leave the choice open. Here as many as possible are matched, and among
those matchings the one with the greatest total overlap is taken, so that the order of the list does not matter.
Spotted intervals that do not overlap each other, which is what a spotter gives, leave nothing to choose but exact ties.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from .counts import Counts

MIN_OVERLAP = 0.5


@dataclass(frozen=True)
class Interval:
    """Frames `onset` to `offset`, both belong to it; `label` where it is known or was recognised."""

    onset: int
    offset: int
    label: str | None = None

    def __post_init__(self) -> None:
        if self.offset < self.onset:
            raise ValueError(f"offset {self.offset} before onset {self.onset}")


@dataclass(frozen=True)
class Video:
    """One video with what is in it and what was spotted."""

    dataset: str
    name: str
    true: tuple[Interval, ...]
    spotted: tuple[Interval, ...]


@dataclass(frozen=True)
class Spotting:
    """Counts over all videos, and per data set."""

    overall: Counts
    by_dataset: dict[str, Counts]

    def as_json(self) -> dict[str, object]:
        """Counts and ratios."""
        sets = {name: counts.as_json() for name, counts in self.by_dataset.items()}
        return {"overall": self.overall.as_json(), "sets": sets}


def overlap(a: Interval, b: Interval) -> float:
    """Intersection over union in frames, 0..1."""
    shared = min(a.offset, b.offset) - max(a.onset, b.onset) + 1
    if shared <= 0:
        return 0.0
    return shared / (a.offset - a.onset + 1 + b.offset - b.onset + 1 - shared)


def match(video: Video) -> list[tuple[Interval, Interval]]:
    """Pairs (true, spotted) that overlap by at least half, each interval in one pair at most."""
    if not video.true or not video.spotted:
        return []
    overlaps = np.array([[overlap(true, spotted) for spotted in video.spotted] for true in video.true])
    admissible = overlaps >= MIN_OVERLAP
    # One more pair always outweighs any gain in overlap, which is less than the number of pairs.
    gain = np.where(admissible, overlaps + min(overlaps.shape), 0)
    rows, columns = linear_sum_assignment(gain, maximize=True)
    return [(video.true[i], video.spotted[j]) for i, j in zip(rows, columns) if admissible[i, j]]


def spotting(videos: Iterable[Video]) -> Spotting:
    """Sum up over videos."""
    sets: dict[str, Counts] = {}
    for video in videos:
        hits = len(match(video))
        counts = Counts(hits, len(video.spotted) - hits, len(video.true) - hits)
        sets[video.dataset] = sets.get(video.dataset, Counts()) + counts
    return Spotting(sum(sets.values(), Counts()), sets)
