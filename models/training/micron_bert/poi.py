"""Patch of Interest, "Patch of Interest (PoI)" in section 3 of arXiv 2304.03195: which patches count."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .config import ModelSize


class PrintedPoi(nn.Module):
    """Similarity of every patch to the contextual token of its frame, softmax over patches. No parameters."""

    def __init__(self, size: ModelSize) -> None:
        super().__init__()
        self.scale = size.dim**-0.5

    def forward(self, tokens: Tensor) -> Tensor:
        """[B, 1 + P, dim] -> [B, P], sums to 1."""
        return _similarity(tokens[:, :1] * self.scale, tokens[:, 1:])


class LearnedPoi(nn.Module):
    """The same with a learned reading of the contextual token.

    It starts at zero, where every patch counts alike: interest must be learnt, an untrained one would only hide motion.
    """

    def __init__(self, size: ModelSize) -> None:
        super().__init__()
        self.scale = size.dim**-0.5
        self.to_interest = nn.Linear(size.dim, size.dim, bias=False)
        nn.init.zeros_(self.to_interest.weight)

    def forward(self, tokens: Tensor) -> Tensor:
        """[B, 1 + P, dim] -> [B, P], sums to 1."""
        return _similarity(self.to_interest(tokens[:, :1]) * self.scale, tokens[:, 1:])


def _similarity(context: Tensor, patches: Tensor) -> Tensor:
    """[B, 1, dim], [B, P, dim] -> softmax over P of their dot products, [B, P]."""
    return torch.softmax((context * patches).sum(-1), dim=-1)
