"""The comparator: two sets of tokens in, what happened between them out."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from .block import NORM_EPS
from .config import LABELS, ModelSize
from .dma import MotionDma, PrintedDma
from .poi import LearnedPoi, PrintedPoi

# Keeps the square root differentiable and the PoI map defined (uniform) for a pair without any motion.
STILL = 1e-8


class Comparison(NamedTuple):
    """What a comparator says about B pairs."""

    logits: Tensor
    """[B, 4], in the order of `LABELS`."""
    dma: Tensor
    """[B, G, G]: the attention diagonal, 0..1, high where a patch still finds itself."""
    poi: Tensor
    """[B, G, G]: where to look, sums to 1."""
    motion: Tensor
    """[B]: how much moved, >= 0."""


class EdgeComparator(nn.Module):
    """Classifies the difference of the two frames' tokens, gated by where motion is.

    logits = head(mean_i GELU(W [gate_i (apex_i - onset_i), onset_i, saliency_i])), gate_i = 1 + g (P poi_i - 1),
    poi ~ interest * saliency, motion = sqrt(sum_i interest_i saliency_i).

    g and the column of W that reads the saliency start at zero, so that learning starts from plain token differences,
    which learn fastest, and takes up the gate if it helps. The square root makes `motion` grow about linearly with the
    displacement: saliency grows with the square of the change in a token.
    """

    def __init__(self, size: ModelSize) -> None:
        super().__init__()
        self.size = size
        self.dma = MotionDma(size)
        self.poi = LearnedPoi(size)
        self.gate = nn.Parameter(torch.zeros(()))
        # A micro-expression changes a token by a few per cent of its length; without the gain its part of the hidden
        # layer would start a hundred times weaker than that of the appearance.
        self.gain = nn.Parameter(torch.tensor(8.0))
        self.from_change = nn.Linear(size.dim, size.dim)
        self.from_onset = nn.Linear(size.dim, size.dim, bias=False)
        self.from_saliency = nn.Linear(1, size.dim, bias=False)
        self.head = _head(size.dim)
        nn.init.zeros_(self.from_saliency.weight)

    def forward(self, onset: Tensor, apex: Tensor) -> Comparison:
        """Two [B, 1 + P, dim] -> Comparison."""
        before, after = onset[:, 1:], apex[:, 1:]
        diagonal, saliency = self.dma(before, after)
        weighted = self.poi(onset) * saliency + STILL / self.size.patches
        total = weighted.sum(-1, keepdim=True)
        poi = weighted / total
        gate = self.gain * (1 + self.gate * (self.size.patches * poi - 1))
        hidden = nn.functional.gelu(
            self.from_change((after - before) * gate.unsqueeze(-1))
            + self.from_onset(before)
            + self.from_saliency(saliency.unsqueeze(-1))
        )
        grid = (-1, self.size.grid, self.size.grid)
        return Comparison(
            logits=self.head(hidden.mean(1)),
            dma=diagonal.reshape(grid),
            poi=poi.reshape(grid),
            motion=torch.sqrt(total.reshape(-1)),
        )


class PaperComparator(nn.Module):
    """The paper's form, for comparison: sum_i S_i diag(A)_i V(apex_i), then the same head.

    Its diagonal is high where nothing moved, so `motion` = sum_i S_i (1 - diag(A)_i) has a floor that depends on the
    face, and the classifier sees mostly still patches. The paper makes up for it by pretraining on swapped blocks.
    """

    def __init__(self, size: ModelSize) -> None:
        super().__init__()
        self.size = size
        self.dma = PrintedDma(size)
        self.poi = PrintedPoi(size)
        self.head = _head(size.dim)

    def forward(self, onset: Tensor, apex: Tensor) -> Comparison:
        """Two [B, 1 + P, dim] -> Comparison; `onset` is the paper's reference frame, `apex` the swapped one."""
        diagonal, attended = self.dma(onset[:, 1:], apex[:, 1:])
        poi = self.poi(apex)
        grid = (-1, self.size.grid, self.size.grid)
        return Comparison(
            logits=self.head((poi.unsqueeze(-1) * attended).sum(1)),
            dma=diagonal.reshape(grid),
            poi=poi.reshape(grid),
            motion=(poi * (1 - diagonal)).sum(-1),
        )


COMPARATORS: dict[str, type[EdgeComparator] | type[PaperComparator]] = {
    "edge": EdgeComparator,
    "paper": PaperComparator,
}


def build_comparator(size: ModelSize, variant: str = "edge") -> EdgeComparator | PaperComparator:
    """The comparator of this variant, freshly initialised."""
    return COMPARATORS[variant](size)


def _head(dim: int) -> nn.Sequential:
    return nn.Sequential(nn.LayerNorm(dim, eps=NORM_EPS), nn.Linear(dim, len(LABELS)))
