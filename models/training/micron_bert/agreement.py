"""How far a file strays from the model in PyTorch, in what matters: labels and the scores of motion.

A micro-expression changes a token by a few per cent, so the error of the tokens alone says little.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import floor, isfinite, log10

import numpy as np
import torch
from torch import Tensor

from .comparator import EdgeComparator, PaperComparator
from .config import LABELS
from .crops import Pairs
from .encoder import Encoder
from .errors import TrainingError
from .measures.recognition import Answer, recognition
from .reference import Reference

BATCH = 8
SCORES = ("spot", "motion")
"""Outputs of the comparator that mean something by how they change; the agent follows the first."""

Runner = Callable[[Tensor, Tensor], dict[str, Tensor]]
"""Onset and apex, uint8 [B, image_px, image_px, 3] -> `tokens` [2 B, 1 + P, dim] and every output of the comparator."""


@dataclass(frozen=True)
class Agreement:
    """One precision against PyTorch in fp32, over the same pairs. Rounded: the last digits depend on the processor."""

    max_error: dict[str, float]
    """Largest absolute error of each output; `tokens` are the encoder's."""
    label_agreement: float
    """Share of pairs with the same label."""
    correlation: dict[str, float]
    """Pearson's, of each of SCORES."""
    uf1: float | None
    """Over the four labels, when the truth is known."""

    def as_json(self) -> dict[str, object]:
        """For the manifest."""
        return {
            "maxError": self.max_error,
            "labelAgreement": self.label_agreement,
            "correlation": self.correlation,
            **({} if self.uf1 is None else {"uf1": self.uf1}),
        }


def in_pytorch(encoder: Encoder, comparator: EdgeComparator | PaperComparator) -> Runner:
    """The modules themselves."""
    encoder.eval(), comparator.eval()

    def run(onset: Tensor, apex: Tensor) -> dict[str, Tensor]:
        tokens = encoder(torch.cat([onset, apex]))
        return {"tokens": tokens, **comparator(*tokens.chunk(2))._asdict()}

    return run


def from_files(encoder: bytes, comparator: bytes) -> Runner:
    """The same from two graphs, by the rules of ONNX."""
    first, second = Reference(encoder), Reference(comparator)

    def run(onset: Tensor, apex: Tensor) -> dict[str, Tensor]:
        tokens = first({"crops": torch.cat([onset, apex])})["tokens"]
        before, after = tokens.chunk(2)
        return {"tokens": tokens, **second({"onset": before, "apex": after})}

    return run


def agreements(truth: Runner, others: Mapping[str, Runner], pairs: Pairs) -> dict[str, Agreement]:
    """Each of `others` against `truth`; all are run together, so that no tokens need be kept.

    Raises TrainingError when one of them computes what is no number.
    """
    errors: dict[str, dict[str, float]] = {name: {} for name in others}
    small: dict[str, dict[str, list[np.ndarray]]] = {name: {} for name in ("", *others)}
    with torch.no_grad():
        for at in range(0, len(pairs.onset), BATCH):
            crops = [torch.from_numpy(side[at : at + BATCH].copy()) for side in (pairs.onset, pairs.apex)]
            expected = truth(*crops)
            _keep(small[""], expected)
            for name, other in others.items():
                got = other(*crops)
                _keep(small[name], got)
                for output, value in expected.items():
                    error = float((value - got[output]).abs().max())
                    if not isfinite(error):
                        raise TrainingError(f"{name}: {output}: not a finite number; the weights do not survive {name}")
                    errors[name][output] = max(errors[name].get(output, 0.0), error)
    whole = {name: {key: np.concatenate(parts) for key, parts in kept.items()} for name, kept in small.items()}
    return {name: _agreement(whole[""], whole[name], errors[name], pairs.labels) for name in others}


def _keep(kept: dict[str, list[np.ndarray]], outputs: Mapping[str, Tensor]) -> None:
    for name in ("logits", *SCORES):
        if name in outputs:
            kept.setdefault(name, []).append(outputs[name].numpy())


def _agreement(
    truth: Mapping[str, np.ndarray],
    got: Mapping[str, np.ndarray],
    errors: Mapping[str, float],
    labels: np.ndarray | None,
) -> Agreement:
    right, said = (outputs["logits"].argmax(1) for outputs in (truth, got))
    return Agreement(
        max_error={name: _round(error, 2) for name, error in errors.items()},
        label_agreement=round(float((right == said).mean()), 4),
        correlation={name: round(_correlation(truth[name], got[name]), 4) for name in SCORES if name in truth},
        uf1=None if labels is None else round(_uf1(labels, said), 4),
    )


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    if min(a.std(), b.std()) == 0:
        return float(np.allclose(a, b))
    return float(np.corrcoef(a, b)[0, 1])


def _uf1(truth: np.ndarray, said: np.ndarray) -> float:
    answers = (Answer("", "", str(at), LABELS[t], LABELS[s]) for at, (t, s) in enumerate(zip(truth, said)))
    return recognition(answers, LABELS).uf1


def _round(value: float, digits: int) -> float:
    """To so many significant digits."""
    return 0.0 if value == 0 else round(value, digits - 1 - floor(log10(abs(value))))
