"""The comparator: two sets of tokens in, what happened between them out."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .block import NORM_EPS
from .config import LABELS, ModelSize
from .dma import MotionDma, PrintedDma
from .poi import ContextPoi, PrintedPoi

# Keeps the square root differentiable for a pair without any motion.
STILL = 1e-8
# What every patch may say in its own place.
PLACE_CHANNELS = 16


class Comparison(NamedTuple):
    """What a comparator says about B pairs."""

    logits: Tensor
    """[B, 4], in the order of `LABELS`."""
    spot: Tensor
    """[B]: log odds that a micro-expression lies between the two, whether it comes or goes."""
    dma: Tensor
    """[B, G, G]: the attention diagonal, 0..1, high where a patch still finds itself."""
    poi: Tensor
    """[B, G, G]: where the answer comes from, sums to 1."""
    motion: Tensor
    """[B]: how much moved, >= 0, whatever it was."""


class EdgeComparator(nn.Module):
    """Reads the difference of the two frames' tokens in two rounds, and pools it over the patches of interest.

        f_i = GELU(W_c gain (apex_i - onset_i) + W_o onset_i + W_s saliency_i)       what patch i does
        h_i = GELU(W_f f_i + W_g mean_j f_j)                                         what is left of it once the common
                                                                                     motion and light are known
        answer = W LayerNorm(sum_i poi_i h_i, per head of the PoI) + V (U_1 h_1, U_2 h_2, ...)

    Residual head motion shows in every patch, a micro-expression in a few; the second round is what lets the network
    take the first off the second. saliency is 1 - diag(A) of `MotionDma`; without `dma` it is left out. Without `poi`
    every patch counts alike. W_s and the PoI's queries start at zero, so that learning starts from plain token
    differences, which learn fastest, and takes up both if they help. The last term reads every place by itself: crops are
    registered, so that the same place is the same part of any face.
    """

    def __init__(self, size: ModelSize, dma: bool = True, poi: bool = True) -> None:
        super().__init__()
        self.size, self.with_dma = size, dma
        self.dma = MotionDma(size)
        # A micro-expression changes a token by a few per cent of its length; without the gain its part of the hidden
        # layer would start a hundred times weaker than that of the appearance.
        self.gain = nn.Parameter(torch.tensor(8.0))
        self.from_change = nn.Linear(size.dim, size.dim)
        self.from_onset = nn.Linear(size.dim, size.dim, bias=False)
        self.from_saliency = nn.Linear(1, size.dim, bias=False)
        self.from_patch = nn.Linear(size.dim, size.dim)
        self.from_common = nn.Linear(size.dim, size.dim, bias=False)
        self.poi = ContextPoi(size, heads=4 if poi else 0)
        width = size.dim * max(1, self.poi.heads)
        self.norm = nn.LayerNorm(width, eps=NORM_EPS)
        self.head = nn.Linear(width, len(LABELS) + 1)
        self.narrow = nn.Linear(size.dim, PLACE_CHANNELS)
        self.places = nn.Sequential(nn.Dropout(0.2), nn.Linear(PLACE_CHANNELS * size.patches, len(LABELS) + 1, bias=False))
        nn.init.zeros_(self.from_saliency.weight)

    def forward(self, onset: Tensor, apex: Tensor) -> Comparison:
        """Two [B, 1 + P, dim] -> Comparison."""
        return self.read(onset[:, 0], *self.look(onset[:, 1:], apex[:, 1:]))

    def look(self, before: Tensor, after: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The first round: two [B, P, dim] -> diag(A) [B, P], saliency [B, P] and f [B, P, dim]."""
        diagonal, saliency = self.dma(before, after)
        patch = self.from_change((after - before) * self.gain) + self.from_onset(before)
        if self.with_dma:
            patch = patch + self.from_saliency(saliency.unsqueeze(-1))
        return diagonal, saliency, nn.functional.gelu(patch)

    def read(self, context: Tensor, diagonal: Tensor, saliency: Tensor, patch: Tensor) -> Comparison:
        """The second round and the answer: contextual token [B, dim] and what `look` gave -> Comparison."""
        size = self.size
        common = patch.mean(1, keepdim=True)
        left = nn.functional.gelu(self.from_patch(patch) + self.from_common(common))
        interest = self.poi(context, left)
        pooled = (interest @ left).reshape(-1, self.norm.normalized_shape[0])
        by_place = self.narrow(left).reshape(-1, PLACE_CHANNELS * size.patches)
        answer = self.head(self.norm(pooled)) + self.places(by_place)
        poi = interest.mean(1)
        grid = (-1, size.grid, size.grid)
        return Comparison(
            logits=answer[:, :-1],
            spot=answer[:, -1],
            dma=diagonal.reshape(grid),
            poi=poi.reshape(grid),
            motion=torch.sqrt((poi * saliency).sum(-1) + STILL),
        )


class PaperComparator(nn.Module):
    """The paper's form, for comparison: sum_i S_i diag(A)_i V(apex_i), then the same kind of head.

    Its diagonal is high where nothing moved, so the classifier sees mostly still patches, and `motion` =
    sum_i S_i (1 - diag(A)_i) has a floor that depends on the face. The paper makes up for it by pretraining on swapped
    blocks. Without `poi` all patches count alike.
    """

    def __init__(self, size: ModelSize, poi: bool = True) -> None:
        super().__init__()
        self.size = size
        self.dma = PrintedDma(size)
        self.poi = PrintedPoi(size) if poi else None
        self.norm = nn.LayerNorm(size.dim, eps=NORM_EPS)
        self.head = nn.Linear(size.dim, len(LABELS) + 1)

    def forward(self, onset: Tensor, apex: Tensor) -> Comparison:
        """Two [B, 1 + P, dim] -> Comparison; `onset` is the paper's reference frame, `apex` the swapped one."""
        diagonal, attended = self.dma(onset[:, 1:], apex[:, 1:])
        poi = torch.ones_like(diagonal) / self.size.patches if self.poi is None else self.poi(apex)
        answer = self.head(self.norm((poi.unsqueeze(-1) * attended).sum(1)))
        grid = (-1, self.size.grid, self.size.grid)
        return Comparison(
            logits=answer[:, :-1],
            spot=answer[:, -1],
            dma=diagonal.reshape(grid),
            poi=poi.reshape(grid),
            motion=(poi * (1 - diagonal)).sum(-1),
        )


COMPARATORS = {
    "edge": EdgeComparator,
    "edge-dma": partial(EdgeComparator, poi=False),
    "edge-plain": partial(EdgeComparator, dma=False, poi=False),
    "paper": PaperComparator,
    "paper-dma": partial(PaperComparator, poi=False),
}
"""The forms that the ablation compares: the shipped one, without PoI, without both, and the paper's two."""


def build_comparator(size: ModelSize, variant: str = "edge") -> EdgeComparator | PaperComparator:
    """The comparator of this variant, freshly initialised."""
    return COMPARATORS[variant](size)
