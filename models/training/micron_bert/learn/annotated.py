"""Fine-tuning on pairs of a licensed data set: few, and without a `none` class of their own."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from ..checkpoint import Checkpoint
from ..config import LABELS
from ..errors import TrainingError
from ..evaluation.pairs import LabelledPair
from .clips import Pairs
from .optimise import Plan
from .tuning import Draw, tune

BATCH = 16
LEARNING_RATE = 2e-4
_STILL = 0.2
"""Share of pairs of a frame with itself, moved by augmentation: what `none` looks like on these people."""


def finetune_pairs(checkpoint: Checkpoint, train_pairs: Sequence[LabelledPair], seed: int, epochs: int) -> Checkpoint:
    """Start from `checkpoint`, learn from these pairs; the same arguments give the same weights.

    Classes are drawn evenly: MEGC's are very unequal. Raises TrainingError for no pairs or another crop size.
    """
    if not train_pairs:
        raise TrainingError("fine-tuning: no pairs to learn from; a fold needs at least two people")
    side = checkpoint.size.image_px
    if side != 112:
        raise TrainingError(f"fine-tuning: crops of {side} px; annotated pairs can be learnt at 112 px (edge) only")
    steps = max(1, epochs * len(train_pairs) // BATCH)
    plan = Plan(steps, BATCH, LEARNING_RATE, warm=max(1, steps // 10), seed=seed, save_s=float("inf"))
    with tempfile.TemporaryDirectory() as folder:
        return tune(checkpoint, _draw(train_pairs), plan, Path(folder) / "fold.resume")


def _draw(pairs: Sequence[LabelledPair]) -> Draw:
    present = sorted({pair.label for pair in pairs}, key=LABELS.index)
    by_label = [[pair for pair in pairs if pair.label == label] for label in present]

    def draw(rng: np.random.Generator, count: int) -> Pairs:
        crops, labels = [], []
        for _ in range(count):
            group = by_label[rng.integers(len(by_label))]
            pair = group[rng.integers(len(group))]
            still = rng.random() < _STILL
            crops.append(np.stack([pair.onset, pair.onset if still else pair.apex]))
            labels.append(0 if still else LABELS.index(pair.label))
        label = torch.tensor(labels)
        return Pairs(torch.from_numpy(np.stack(crops)), label, (label > 0).float(), torch.zeros(count, 14, 14))

    return draw
