"""Learning without labels, after section 3 of arXiv 2304.03195: undo a blockwise swap of two frames of one face.

Frame t with blocks of frame t + d goes through the encoder, Diagonal Micro-Attention asks every patch whether it still
finds itself, what DMA lets through is decoded to frame t. Loss: mean squared error of the reconstruction, plus
agreement of the contextual tokens of the frame and of a crop of it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..block import Block
from ..checkpoint import Checkpoint
from ..comparator import EdgeComparator, PaperComparator
from ..config import ModelSize
from .augment import Strength, augment
from .clips import Clips, Pairs
from .optimise import Plan, optimise, precision
from .swap import patches_of, swap, swap_mask

AGREEMENT, FOUND = 0.1, 0.2
"""Weights beside the reconstruction."""
_AUGMENT = Strength(residual=0.8, drift=0.0)
_DECODER_DEPTH = 2


class Decoder(nn.Module):
    """Tokens back to pixels: two blocks and a linear map, as light as MAE's (arXiv 2111.06377) is said to suffice."""

    def __init__(self, size: ModelSize, positions: Tensor) -> None:
        super().__init__()
        self.register_buffer("positions", positions, persistent=False)
        self.forgotten = nn.Parameter(torch.zeros(size.dim))
        self.blocks = nn.Sequential(*(Block(size.dim, size.heads, size.patches, size.mlp_ratio) for _ in range(_DECODER_DEPTH)))
        self.to_pixels = nn.Linear(size.dim, 3 * size.patch_px**2)

    def forward(self, tokens: Tensor) -> Tensor:
        """[B, P, dim] -> [B, P, 3 * patch_px^2], normalised pixels."""
        return self.to_pixels(self.blocks(tokens + self.positions))


class Agreement(nn.Module):
    """How far the contextual token of a crop is from that of its frame.

    A plain distance is least when every contextual token is the same; a predictor on one side and no gradient on the
    other keep that from happening (SimSiam, arXiv 2011.10566).
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.predict = nn.Sequential(nn.Linear(dim, dim // 2), nn.GELU(), nn.Linear(dim // 2, dim))

    def forward(self, crop: Tensor, frame: Tensor) -> Tensor:
        """Two [B, dim] -> scalar, 0 to 2."""
        return 1 - nn.functional.cosine_similarity(self.predict(crop), frame.detach(), dim=-1).mean()


def let_through(comparator: EdgeComparator | PaperComparator, decoder: Decoder, frame: Tensor, swapped: Tensor):
    """What the decoder gets [B, P, dim] and how much of each patch was found to have moved [B, P].

    The paper's form: S * diag(A) * V(swapped), as printed, times the number of patches, so that its size does not depend
    on the picture's. Ours: a patch passes as far as it still finds itself, and is forgotten as far as it does not; the
    decoder must then make it up from its surroundings.
    """
    if isinstance(comparator, PaperComparator):
        diagonal, attended = comparator.dma(frame[:, 1:], swapped[:, 1:])
        if comparator.poi is not None:
            attended = attended * comparator.poi(swapped).unsqueeze(-1) * attended.shape[1]
        return attended, 1 - diagonal
    diagonal, saliency = comparator.dma(frame[:, 1:], swapped[:, 1:])
    moved = saliency.unsqueeze(-1)
    return (1 - moved) * swapped[:, 1:] + moved * decoder.forgotten, saliency


def pretrain(start: Checkpoint, clips: Clips, plan: Plan, resume: Path, precise: str = "auto") -> Checkpoint:
    """The checkpoint after `plan` on frames of `clips`, whose labels are not read."""
    torch.manual_seed(plan.seed)
    encoder, comparator = start.build()
    size = start.size
    decoder, agreement = Decoder(size, encoder.pos_embed[:, 1:]), Agreement(size.dim)
    parts = nn.ModuleDict({"encoder": encoder, "comparator": comparator, "decoder": decoder, "agreement": agreement})
    context = precision(precise)

    def loss_of(rng: np.random.Generator, step: int) -> Tensor:
        seen = augment(two_frames(clips, rng, plan.batch), _AUGMENT, rng, px=size.image_px)
        frame, other = seen.crops[:, 0], seen.crops[:, 1]
        mask = swap_mask(rng, plan.batch, size.grid)
        views = torch.cat([frame, swap(frame, other, mask, size.patch_px), zoomed(frame, rng)])
        with context:
            tokens = encoder(views)
        whole, swapped, crop = tokens.float().chunk(3)
        passed, moved = let_through(comparator, decoder, whole, swapped)
        with context:
            pixels = decoder(passed)
        target = patches_of(encoder.normalise(frame), size.patch_px)
        total = nn.functional.mse_loss(pixels.float(), target) + AGREEMENT * agreement(crop[:, 0], whole[:, 0])
        if isinstance(comparator, EdgeComparator):
            # Frames of one face differ so little that the reconstruction alone hardly asks for the swapped patches to
            # be found; which they are is known without any label.
            total = total + FOUND * nn.functional.binary_cross_entropy(moved.clamp(1e-6, 1 - 1e-6), mask)
        return total

    final = optimise("pretrain", parts, plan, resume, loss_of)
    facts = {**start.facts, "pretrain": {"steps": plan.steps, "batch": plan.batch, "seed": plan.seed, "loss": round(final, 4)}}
    return Checkpoint(size, start.variant, encoder.state_dict(), comparator.state_dict(), facts)


def two_frames(clips: Clips, rng: np.random.Generator, count: int) -> Pairs:
    """Any two frames of one clip; every label is left out."""
    chosen = rng.integers(0, len(clips), count)
    at = [rng.choice(clips.frames, 2, replace=False) for _ in chosen]
    crops = np.stack([np.stack([clips.crop(int(c), int(a)), clips.crop(int(c), int(b))]) for c, (a, b) in zip(chosen, at)])
    empty = torch.zeros(count)
    return Pairs(torch.from_numpy(crops), torch.zeros(count, dtype=torch.long), empty, torch.zeros(count, 14, 14))


def zoomed(frame: Tensor, rng: np.random.Generator) -> Tensor:
    """A random square of 60 to 90 % of the side of each crop [B, H, W, 3], at full size again."""
    out = []
    for picture in frame.permute(0, 3, 1, 2):
        side = int(picture.shape[1] * rng.uniform(0.6, 0.9))
        y, x = rng.integers(0, picture.shape[1] - side + 1, 2)
        cut = picture[None, :, y : y + side, x : x + side]
        out.append(nn.functional.interpolate(cut, size=picture.shape[1:], mode="bilinear", align_corners=False))
    return torch.cat(out).permute(0, 2, 3, 1)


