"""The spot-then-recognise score: spotting and recognition of long videos in one number.

Liong, See, Chan: "Spot-then-recognize: A micro-expression analysis network for seamless evaluation of long videos",
Signal Processing: Image Communication 110, 2023; the ranking of the spot-then-recognise tasks of MEGC 2024 and 2025
(arXiv 2506.15298, whose published table this code reproduces):

    STRS = F1 of spotting * F1 of analysis

The analysis looks at correctly spotted intervals only (the pairs of `spotting.match`) whose true label is one of the
classes. F1 of analysis is the harmonic mean of the mean precision and the mean recall over classes, not the mean of
the classes' F1, which is given beside it as UF1. A class of the truth that was never spotted counts with precision and
recall 0. True intervals with another label ("others") take part in spotting and not in the analysis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .counts import Counts, harmonic_mean, ratio
from .spotting import Spotting, Video, match, spotting


@dataclass(frozen=True)
class SpotThenRecognise:
    """Both halves and their product."""

    spotting: Spotting
    analysis: dict[str, Counts]
    """Per class, over the correctly spotted intervals of all videos."""

    @property
    def precision(self) -> float:
        """Mean over classes."""
        return ratio(sum(counts.precision for counts in self.analysis.values()), len(self.analysis))

    @property
    def recall(self) -> float:
        """Mean over classes."""
        return ratio(sum(counts.recall for counts in self.analysis.values()), len(self.analysis))

    @property
    def analysis_f1(self) -> float:
        """Harmonic mean of the two."""
        return harmonic_mean(self.precision, self.recall)

    @property
    def analysis_uf1(self) -> float:
        """Mean of the classes' F1."""
        return ratio(sum(counts.f1 for counts in self.analysis.values()), len(self.analysis))

    @property
    def strs(self) -> float:
        """The score, 0..1."""
        return self.spotting.overall.f1 * self.analysis_f1

    def as_json(self) -> dict[str, object]:
        """Everything above."""
        return {
            "strs": self.strs,
            "spotting": self.spotting.as_json(),
            "analysis": {
                "precision": self.precision,
                "recall": self.recall,
                "f1": self.analysis_f1,
                "uf1": self.analysis_uf1,
                "classes": {name: counts.as_json() for name, counts in self.analysis.items()},
            },
        }


def spot_then_recognise(videos: Sequence[Video], classes: Sequence[str] | None = None) -> SpotThenRecognise:
    """`classes` are those of the truth, unless given."""
    if classes is None:
        labels = {interval.label for video in videos for interval in video.true if interval.label is not None}
        classes = sorted(labels)
    pairs = [
        (true.label, spotted.label)
        for video in videos
        for true, spotted in match(video)
        if true.label in classes
    ]
    analysis = {}
    for name in classes:
        hits = sum(true == spotted == name for true, spotted in pairs)
        claimed = sum(spotted == name for _, spotted in pairs)
        there = sum(true == name for true, _ in pairs)
        analysis[name] = Counts(hits, claimed - hits, there - hits)
    return SpotThenRecognise(spotting(videos), analysis)
