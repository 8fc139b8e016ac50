"""Recognition as in MEGC 2019: unweighted F1 and unweighted average recall.

See, Yap, Li, Hong, Wang: "MEGC 2019 - The Second Facial Micro-Expressions Grand Challenge", FG 2019,
doi 10.1109/FG.2019.8756611, section on the composite database evaluation:

    F1_c = 2 TP_c / (2 TP_c + FP_c + FN_c),   UF1 = mean over c of F1_c
    Acc_c = TP_c / N_c,                       UAR = mean over c of Acc_c

where TP, FP, FN and N of a class are summed over all folds first; no average of folds is taken anywhere. The paper's
sets hold every class. Here a class that never occurs in the truth has no recall, so it is left out of both means and
named in `absent`; answering with it still costs, because it misses the class that was there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .counts import Counts, ratio

MEGC_CLASSES: tuple[str, ...] = ("negative", "positive", "surprise")


@dataclass(frozen=True)
class Answer:
    """What was said about one clip. Subjects of different data sets are different people, whatever their numbers."""

    dataset: str
    subject: str
    clip: str
    truth: str
    predicted: str


@dataclass(frozen=True)
class Recognition:
    """The measures of one set of answers."""

    classes: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    """Rows are the truth, columns the answers, in the order of `classes`."""
    subjects: int

    def counts(self, name: str) -> Counts:
        """One class against the rest."""
        at = self.classes.index(name)
        hits = self.confusion[at][at]
        claimed = sum(row[at] for row in self.confusion)
        return Counts(hits, claimed - hits, sum(self.confusion[at]) - hits)

    @property
    def clips(self) -> int:
        """How many answers."""
        return sum(map(sum, self.confusion))

    @property
    def absent(self) -> tuple[str, ...]:
        """Classes that never occur in the truth."""
        return tuple(name for name, row in zip(self.classes, self.confusion) if not sum(row))

    @property
    def present(self) -> tuple[str, ...]:
        """The others: those over which the means are taken."""
        return tuple(name for name in self.classes if name not in self.absent)

    @property
    def uf1(self) -> float:
        """Mean F1 of the classes that occur."""
        return ratio(sum(self.counts(name).f1 for name in self.present), len(self.present))

    @property
    def uar(self) -> float:
        """Mean recall of the classes that occur."""
        return ratio(sum(self.counts(name).recall for name in self.present), len(self.present))

    @property
    def accuracy(self) -> float:
        """Share of right answers; says little on sets this lopsided, but is often asked for."""
        return ratio(sum(row[at] for at, row in enumerate(self.confusion)), self.clips)

    def as_json(self) -> dict[str, object]:
        """Everything above."""
        return {
            "clips": self.clips,
            "subjects": self.subjects,
            "uf1": self.uf1,
            "uar": self.uar,
            "accuracy": self.accuracy,
            "classes": {name: self.counts(name).as_json() for name in self.classes},
            "absentClasses": list(self.absent),
            "confusion": [list(row) for row in self.confusion],
        }


def recognition(answers: Iterable[Answer], classes: Sequence[str] = MEGC_CLASSES) -> Recognition:
    """Sum up answers of all folds.

    Raises ValueError when a clip was answered twice (folds that overlap) or a label is none of `classes`.
    """
    place = {name: at for at, name in enumerate(classes)}
    confusion = [[0] * len(classes) for _ in classes]
    seen: set[tuple[str, str, str]] = set()
    for answer in answers:
        clip = (answer.dataset, answer.subject, answer.clip)
        if clip in seen:
            raise ValueError(f"{'/'.join(clip)} was answered twice")
        seen.add(clip)
        for label in (answer.truth, answer.predicted):
            if label not in place:
                raise ValueError(f"{'/'.join(clip)}: {label!r} is none of {', '.join(classes)}")
        confusion[place[answer.truth]][place[answer.predicted]] += 1
    subjects = len({clip[:2] for clip in seen})
    return Recognition(tuple(classes), tuple(tuple(row) for row in confusion), subjects)


def by_dataset(answers: Sequence[Answer], classes: Sequence[str] = MEGC_CLASSES) -> dict[str, Recognition]:
    """The part of each data set in the same answers, as the MEGC 2019 composite protocol reports it."""
    names = dict.fromkeys(answer.dataset for answer in answers)
    return {name: recognition([answer for answer in answers if answer.dataset == name], classes) for name in names}
