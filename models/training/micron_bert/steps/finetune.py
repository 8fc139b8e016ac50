"""Learn the labels and the spotting score on synthetic pairs, from a pretrained encoder or from nothing. Interrupted, it
goes on where it was when it is started again with the same arguments."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from ..checkpoint import Checkpoint, load, save
from ..comparator import COMPARATORS
from ..config import SIZES
from ..encoder import Encoder


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the step."""
    parser.add_argument("--data", type=Path, required=True, help="folder that synthesise wrote")
    parser.add_argument("--from", dest="start", type=Path, help="checkpoint to start from; without it, from nothing")
    parser.add_argument("--size", choices=SIZES, default="edge", help="when starting from nothing")
    parser.add_argument("--variant", choices=COMPARATORS, default="edge", help="form of the comparator")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint to write; FILE.resume lies beside it")
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--batch", type=int, default=24, help="pairs per step")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--labels", type=float, default=1.0, help="share of the clips that training sees, 0 to 1")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--precision", default="auto", help="auto, fp32 or bf16")


def run(arguments: argparse.Namespace) -> None:
    """Raises TrainingError for missing data or a checkpoint that does not fit."""
    from ..learn.clips import Clips
    from ..learn.optimise import Plan
    from ..learn.tuning import from_clips, tune

    torch.set_num_threads(arguments.threads)
    start = begin(arguments.start, arguments.size, arguments.variant, arguments.seed)
    clips = Clips(arguments.data / "train", arguments.labels)
    plan = Plan(arguments.steps, arguments.batch, arguments.lr, seed=arguments.seed)
    resume = arguments.out.with_suffix(".resume")
    save(arguments.out, tune(start, from_clips(clips), plan, resume, arguments.precision))


def begin(start: Path | None, size: str, variant: str, seed: int) -> Checkpoint:
    """A checkpoint whose comparator is fresh unless the file holds one of the same variant."""
    if start is not None:
        loaded = load(start)
        kept = loaded.comparator if loaded.variant == variant else None
        return Checkpoint(loaded.size, variant, loaded.encoder, kept, loaded.facts)
    torch.manual_seed(seed)
    return Checkpoint(SIZES[size], variant, Encoder(SIZES[size]).state_dict(), None)
