"""Diagonal Micro-Attention, "Diagonal Micro Attention (DMA)" in section 3 of arXiv 2304.03195, in two forms.

Both ask of every patch: looking from frame `ref` at frame `swapped`, does it find itself? The answer is the diagonal of
an attention matrix, high where nothing moved.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from .block import NORM_EPS
from .config import ModelSize


class PrintedDma(nn.Module):
    """The paper's form: A = softmax(Q(ref) K(swapped)^T / sqrt(dim)), output diag(A) * V(swapped), one head.

    Layers have the names and shapes of the released code's `att`. That code takes Q from the swapped and K from the
    reference frame, and projects the output once more; here the formula stands as printed.
    """

    def __init__(self, size: ModelSize) -> None:
        super().__init__()
        self.scale = size.dim**-0.5
        self.to_q = nn.Linear(size.dim, size.dim)
        self.to_k = nn.Linear(size.dim, size.dim)
        self.to_v = nn.Linear(size.dim, size.dim)
        self.register_buffer("eye", torch.eye(size.patches), persistent=False)

    def forward(self, ref: Tensor, swapped: Tensor) -> tuple[Tensor, Tensor]:
        """Two [B, P, dim] -> diag(A) [B, P] and diag(A) * V(swapped) [B, P, dim]."""
        attention = torch.softmax(self.to_q(ref) * self.scale @ self.to_k(swapped).transpose(1, 2), dim=-1)
        diagonal = (attention * self.eye).sum(-1)
        return diagonal, diagonal.unsqueeze(-1) * self.to_v(swapped)


class MotionDma(nn.Module):
    """The form that ships: every patch is swapped alone, and its diagonal is read against that of the still frame.

    For patch i let row i of A be the attention of ref_i over frame `ref` in which patch i alone comes from `swapped`:
    the paper's blockwise swap ("Blockwise Swapping", section 3) with a block of one. With S = diag softmax(Q K^T) of
    the still frame and e_i = exp(q_i . (k'_i - k_i)) this has the closed form

        A_ii = S_i e_i / (1 - S_i + S_i e_i),     saliency_i = 1 - A_ii / S_i = (1 - S_i)(1 - e_i) / (1 - S_i + S_i e_i)

    Two reasons. In the printed form the diagonal mostly says how distinctive a patch is: measured without training,
    1 - diag(A) is no better than chance at finding a moved region, this is many times better. And a still pair gives
    exactly 0, whatever the arithmetic, because only the difference k' - k enters.
    """

    def __init__(self, size: ModelSize, inverse_temperature: float = 128.0) -> None:
        super().__init__()
        self.dim = size.dim
        self.norm = nn.LayerNorm(size.dim, eps=NORM_EPS)
        # Identity: an untrained comparator compares tokens by their cosine, so that spotting starts out meaningful.
        self.to_q = nn.Linear(size.dim, size.dim, bias=False)
        self.to_k = nn.Linear(size.dim, size.dim, bias=False)
        nn.init.eye_(self.to_q.weight)
        nn.init.eye_(self.to_k.weight)
        # In logarithm, so that it stays positive under any optimiser.
        self.log_inverse_temperature = nn.Parameter(torch.tensor(math.log(inverse_temperature)))
        self.register_buffer("eye", torch.eye(size.patches), persistent=False)

    def forward(self, ref: Tensor, swapped: Tensor) -> tuple[Tensor, Tensor]:
        """Two [B, P, dim] -> diag(A) [B, P] in 0..1 and saliency [B, P] in 0..1, 0 where nothing moved."""
        still, moved = self.norm(ref), self.norm(swapped)
        query = self.to_q(still) * (self.log_inverse_temperature.exp() / self.dim)
        attention = torch.softmax(query @ self.to_k(still).transpose(1, 2), dim=-1)
        itself = (attention * self.eye).sum(-1)
        # Summed, not 1 - itself: for a distinctive patch that difference is all rounding error. The floor decides that
        # a patch which nothing resembles and which is gone has moved.
        others = (attention * (1 - self.eye)).sum(-1) + 1e-9
        # Clamped: a patch cannot find itself better than in its own frame. Only trained Q and K could claim it, and
        # the exponential would then have no bound.
        fading = torch.exp(-torch.relu(-(query * self.to_k(moved - still)).sum(-1)))
        rest = others + itself * fading
        return itself * fading / rest, others * (1 - fading) / rest
