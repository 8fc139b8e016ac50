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


class ContextPoi(nn.Module):
    """The same between a learned reading of the contextual token and what the patches were found to do, in several heads.

    The queries start at zero, where every patch counts alike: interest must be learnt. With no heads it stays there.
    """

    def __init__(self, size: ModelSize, heads: int) -> None:
        super().__init__()
        self.heads, self.dim, self.scale = heads, size.dim, size.dim**-0.5
        self.share = 1 / size.patches
        if heads:
            self.to_query = nn.Linear(size.dim, heads * size.dim)
            nn.init.zeros_(self.to_query.weight)
            nn.init.zeros_(self.to_query.bias)

    def forward(self, context: Tensor, patches: Tensor) -> Tensor:
        """[B, dim], [B, P, dim] -> [B, heads (or 1), P], each summing to 1."""
        if not self.heads:
            return (patches[:, :, :1] * 0 + self.share).transpose(1, 2)
        query = (self.to_query(context) * self.scale).reshape(-1, self.heads, self.dim)
        return torch.softmax(query @ patches.transpose(1, 2), dim=-1)


def _similarity(context: Tensor, patches: Tensor) -> Tensor:
    """[B, 1, dim], [B, P, dim] -> softmax over P of their dot products, [B, P]."""
    return torch.softmax((context * patches).sum(-1), dim=-1)
