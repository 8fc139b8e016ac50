"""Fine-tuning: encoder and comparator together, on labelled pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..checkpoint import Checkpoint
from ..comparator import Comparison, EdgeComparator
from .augment import TRAINING, augment
from .clips import Clips, Pairs
from .objective import SLIDE, loss, slide_loss
from .optimise import Plan, optimise, precision

Draw = Callable[[np.random.Generator, int], Pairs]


def tune(start: Checkpoint, draw: Draw, plan: Plan, resume: Path, precise: str = "auto", name: str = "finetune") -> Checkpoint:
    """The checkpoint after `plan` on pairs from `draw(rng, count)`. A fresh comparator is seeded by the plan."""
    torch.manual_seed(plan.seed)
    encoder, comparator = start.build()
    parts = nn.ModuleDict({"encoder": encoder, "comparator": comparator, "slide": nn.Linear(start.size.dim, 2)})
    context = precision(precise)

    def loss_of(rng: np.random.Generator, step: int) -> Tensor:
        # Large residuals from the first step on hide the expressions: they grow over the first quarter.
        ease = min(1.0, 0.25 + 3 * step / plan.steps)
        pairs = draw(rng, plan.batch)
        seen = augment(pairs, replace(TRAINING, residual=TRAINING.residual * ease), rng, px=start.size.image_px)
        where, slide = seen.where, seen.slide
        if start.size.grid != where.shape[1]:  # truth is kept on the edge model's grid
            where, slide = _finer(where, start.size.grid), _finer(slide, start.size.grid)
        onset, apex = tokens_of(encoder, seen.crops, context)
        if not isinstance(comparator, EdgeComparator):
            return loss(comparator(onset, apex), pairs.label, pairs.event, where)
        diagonal, saliency, patch = comparator.look(onset[:, 1:], apex[:, 1:])
        answer = comparator.read(onset[:, 0], diagonal, saliency, patch)
        said = parts["slide"](patch).reshape(slide.shape)
        return loss(answer, pairs.label, pairs.event, where) + SLIDE * slide_loss(said, slide, where)

    final = optimise(name, parts, plan, resume, loss_of)
    facts = {**start.facts, name: {"steps": plan.steps, "batch": plan.batch, "seed": plan.seed, "loss": round(final, 4)}}
    return Checkpoint(start.size, start.variant, encoder.state_dict(), comparator.state_dict(), facts)


def tokens_of(encoder: nn.Module, crops: Tensor, context: torch.autocast) -> tuple[Tensor, Tensor]:
    """Float or uint8 crops [B, 2, S, S, 3] -> tokens of onset and apex: all crops through the encoder at once."""
    with context:
        tokens = encoder(crops.flatten(0, 1))
    tokens = tokens.float().reshape(len(crops), 2, *tokens.shape[1:])
    return tokens[:, 0], tokens[:, 1]


def compare(encoder: nn.Module, comparator: nn.Module, crops: Tensor, context: torch.autocast) -> Comparison:
    """Crops [B, 2, S, S, 3] -> Comparison."""
    return comparator(*tokens_of(encoder, crops, context))


def from_clips(clips: Clips) -> Draw:
    """Pairs of synthetic clips."""
    return clips.draw


def _finer(maps: Tensor, grid: int) -> Tensor:
    """[B, g, g, ...] -> [B, grid, grid, ...]: every patch of the coarse grid repeated."""
    times = grid // maps.shape[1]
    return maps.repeat_interleave(times, 1).repeat_interleave(times, 2)
