"""Weights on disk: what one step leaves behind for the next."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from .comparator import COMPARATORS, EdgeComparator, PaperComparator, build_comparator
from .config import ModelSize
from .encoder import Encoder
from .errors import TrainingError

SCHEMA = "micron-edge/checkpoint/1"


@dataclass(frozen=True)
class Checkpoint:
    """A model between two steps. `comparator` is None after pretraining; `facts` are JSON values about how it came to be."""

    size: ModelSize
    variant: str
    encoder: Mapping[str, Tensor]
    comparator: Mapping[str, Tensor] | None
    facts: Mapping[str, object] = field(default_factory=dict)

    def build(self) -> tuple[Encoder, EdgeComparator | PaperComparator]:
        """The modules with these weights; a comparator that was never trained comes freshly initialised."""
        encoder = Encoder(self.size)
        comparator = build_comparator(self.size, self.variant)
        encoder.load_state_dict(dict(self.encoder))
        if self.comparator is not None:
            comparator.load_state_dict(dict(self.comparator))
        return encoder, comparator


def save(path: Path, checkpoint: Checkpoint) -> None:
    """Write in one step: a reader sees the old file or the new one, whole."""
    content = {
        "schema": SCHEMA,
        "size": asdict(checkpoint.size),
        "variant": checkpoint.variant,
        "encoder": dict(checkpoint.encoder),
        "comparator": None if checkpoint.comparator is None else dict(checkpoint.comparator),
        # As text: PyTorch 1.13's safe loading knows tensors, whole numbers and text, but no fractions.
        "facts": json.dumps(dict(checkpoint.facts)),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(path.suffix + ".part")
    torch.save(content, partial)
    os.replace(partial, path)


def load(path: Path) -> Checkpoint:
    """Raises TrainingError when the file is missing, is no checkpoint of ours, or does not fit its own size."""
    content = read_tensors(path)
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise TrainingError(f"{path}: schema: not {SCHEMA}; use a file written by pretrain, finetune or import-checkpoint")
    try:
        size = ModelSize(**content["size"])
    except (KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"{path}: size: {error}") from error
    if content["variant"] not in COMPARATORS:
        raise TrainingError(f"{path}: variant: {content['variant']!r} is none of {', '.join(COMPARATORS)}")
    checkpoint = Checkpoint(size, content["variant"], content["encoder"], content["comparator"], json.loads(content["facts"]))
    try:
        checkpoint.build()
    except (RuntimeError, TypeError) as error:
        raise TrainingError(f"{path}: encoder or comparator: {error}") from error
    return checkpoint


def read_tensors(path: Path) -> object:
    """A .pth file's tensors and plain values; never anything that would run code.

    Raises TrainingError when the file is missing, damaged, or holds Python objects.
    """
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise TrainingError(f"{path}: no such file") from error
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise TrainingError(
            f"{path}: damaged, or holds more than tensors and plain values, which is not loaded ({error})"
        ) from error
