"""A checkpoint's answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

from ..checkpoint import Checkpoint
from ..config import LABELS
from ..errors import TrainingError
from ..measures.recognition import MEGC_CLASSES, Answer
from .pairs import LabelledPair

BATCH = 16
_MEGC_LOGITS = [LABELS.index(name) for name in MEGC_CLASSES]


class Said(NamedTuple):
    """The answer among the three classes of MEGC, and whether the model would rather have said `none`."""

    answer: Answer
    preferred_none: bool


def require_comparator(checkpoint: Checkpoint) -> None:
    """Raises TrainingError when there is nothing in the checkpoint that could answer."""
    if checkpoint.comparator is None:
        raise TrainingError(
            "the checkpoint has no trained comparator, only an encoder: run finetune first, or choose --protocol loso"
        )


def predict(checkpoint: Checkpoint, pairs: Sequence[LabelledPair]) -> list[Said]:
    """One answer per pair, in order.

    Every clip of these data sets is a micro-expression and the measures know no fourth answer, so the best of three
    logits counts; how often `none` was above them is kept, because in the field that clip would have been passed over.
    """
    require_comparator(checkpoint)
    encoder, comparator = (module.eval() for module in checkpoint.build())
    said = []
    with torch.no_grad():
        for start in range(0, len(pairs), BATCH):
            batch = pairs[start : start + BATCH]
            onset = encoder(torch.from_numpy(np.stack([pair.onset for pair in batch])))
            apex = encoder(torch.from_numpy(np.stack([pair.apex for pair in batch])))
            for pair, logits in zip(batch, comparator(onset, apex).logits):
                best = int(logits[_MEGC_LOGITS].argmax())
                answer = Answer(pair.dataset, pair.subject, pair.clip, pair.label, MEGC_CLASSES[best])
                said.append(Said(answer, LABELS[int(logits.argmax())] == "none"))
    return said
