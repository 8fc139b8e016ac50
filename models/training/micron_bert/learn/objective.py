"""What fine-tuning minimises."""

from __future__ import annotations

import torch
from torch import Tensor

from ..comparator import Comparison

SPOT, WHERE, SLIDE = 0.5, 0.1, 0.3
"""Weights beside the label's cross entropy."""
_STILL_PX = 0.1
_SMOOTHING = 0.05


def loss(answer: Comparison, label: Tensor, event: Tensor, where: Tensor) -> Tensor:
    """Cross entropy of the label, of the spotting score, and of the PoI against where the skin moved.

    label int64 [B] (-100 is left out), event float [B], where float [B, G, G] px, zero where nothing is known. The last
    term is what keeps explanations honest: synthetic faces are the one place where the truth about them is known.
    """
    total = torch.nn.functional.cross_entropy(answer.logits, label, label_smoothing=_SMOOTHING)
    total = total + SPOT * torch.nn.functional.binary_cross_entropy_with_logits(answer.spot, event)
    mass = where.flatten(1)
    truth = mass / mass.sum(1, keepdim=True).clamp_min(1e-6)
    surprise = -(truth * (answer.poi.flatten(1) + 1e-6).log()).sum(1)
    known = (mass.sum(1) > 0).float()
    return total + WHERE * (surprise * known).sum() / known.sum().clamp_min(1)


def slide_loss(said: Tensor, slide: Tensor, where: Tensor) -> Tensor:
    """Mean absolute error, px, of the displacement that each patch is said to have been shifted by between the crops.

    Two [B, G, G, 2] and where [B, G, G]; patches that the expression moves as well are left out, since only the part
    that augmentation added is known.
    """
    known = (where < _STILL_PX).float().unsqueeze(-1)
    return ((said - slide).abs() * known).sum() / (2 * known.sum()).clamp_min(1)
