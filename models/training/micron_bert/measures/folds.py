"""Who is trained on and who is held out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fold:
    """One person held out. `train` and `test` are places in the sequence that was divided."""

    dataset: str
    subject: str
    train: tuple[int, ...]
    test: tuple[int, ...]


def leave_one_subject_out(people: Sequence[tuple[str, str]]) -> list[Fold]:
    """A fold per person; `people[i]` is (data set, subject) of clip i.

    Over the clips of one data set this is the usual leave-one-subject-out; over those of several together it is the
    composite database evaluation of MEGC 2019 (68 people of CASME II, SAMM and SMIC-HS, 68 folds). Raises ValueError
    when there is but one person, with whom nothing would be left to train on.
    """
    held_out = list(dict.fromkeys(people))
    if len(held_out) < 2:
        raise ValueError(f"leave-one-subject-out needs two subjects, there is {len(held_out)}")
    everyone = range(len(people))
    return [
        Fold(
            *person,
            train=tuple(at for at in everyone if people[at] != person),
            test=tuple(at for at in everyone if people[at] == person),
        )
        for person in held_out
    ]
