"""Hits, false alarms and misses, and the three ratios that everything else is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """Summed over folds or videos before any ratio is taken. A ratio without a denominator is 0."""

    true_positive: int = 0
    false_positive: int = 0
    false_negative: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.true_positive + other.true_positive,
            self.false_positive + other.false_positive,
            self.false_negative + other.false_negative,
        )

    @property
    def precision(self) -> float:
        """TP / (TP + FP)."""
        return ratio(self.true_positive, self.true_positive + self.false_positive)

    @property
    def recall(self) -> float:
        """TP / (TP + FN)."""
        return ratio(self.true_positive, self.true_positive + self.false_negative)

    @property
    def f1(self) -> float:
        """2 TP / (2 TP + FP + FN)."""
        return ratio(2 * self.true_positive, 2 * self.true_positive + self.false_positive + self.false_negative)

    def as_json(self) -> dict[str, float]:
        """Counts and ratios."""
        return {
            "truePositive": self.true_positive,
            "falsePositive": self.false_positive,
            "falseNegative": self.false_negative,
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
        }


def ratio(part: float, whole: float) -> float:
    """part / whole, and 0 of nothing is 0."""
    return part / whole if whole else 0.0


def harmonic_mean(a: float, b: float) -> float:
    """2 a b / (a + b)."""
    return ratio(2 * a * b, a + b)
