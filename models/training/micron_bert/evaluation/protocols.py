"""Which people a model has seen before it is measured on others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from ..checkpoint import Checkpoint
from ..errors import TrainingError
from ..measures.folds import leave_one_subject_out
from ..progress import Progress
from .pairs import LabelledPair
from .predict import Said, predict


class FinetunePairs(Protocol):
    """Training as the protocols need it: start from `checkpoint`, learn from these pairs, give back the result.

    The same arguments give the same weights. `checkpoint` itself is not changed.
    """

    def __call__(
        self, checkpoint: Checkpoint, train_pairs: Sequence[LabelledPair], seed: int, epochs: int
    ) -> Checkpoint: ...


def composite(
    checkpoint: Checkpoint,
    pairs: Sequence[LabelledPair],
    finetune: FinetunePairs,
    seed: int,
    epochs: int,
    progress: Callable[[str, int], Progress],
) -> list[Said]:
    """Each person of all data sets is held out once; the model is fine-tuned on everybody else and asked about them.

    The composite database evaluation of MEGC 2019. Every fold starts from the same checkpoint and seed.
    """
    try:
        folds = leave_one_subject_out([pair.person for pair in pairs])
    except ValueError as error:
        raise TrainingError(f"{', '.join({pair.dataset: 0 for pair in pairs})}: {error}") from error
    said: list[Said] = []
    with progress("folds", len(folds)) as steps:
        for fold in folds:
            tuned = finetune(checkpoint, [pairs[at] for at in fold.train], seed=seed, epochs=epochs)
            said += predict(tuned, [pairs[at] for at in fold.test])
            steps.step()
    return said


def loso(
    checkpoint: Checkpoint,
    pairs: Sequence[LabelledPair],
    finetune: FinetunePairs,
    seed: int,
    epochs: int,
    progress: Callable[[str, int], Progress],
) -> list[Said]:
    """The same within each data set by itself."""
    said: list[Said] = []
    for dataset in {pair.dataset: 0 for pair in pairs}:
        own = [pair for pair in pairs if pair.dataset == dataset]
        said += composite(
            checkpoint, own, finetune, seed, epochs, lambda what, total: progress(f"{dataset}, {what}", total)
        )
    return said
