"""Learn without labels on the training clips: blocks of two frames are swapped, found and undone (arXiv 2304.03195).
Interrupted, it goes on where it was when it is started again with the same arguments."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from ..checkpoint import save
from ..comparator import COMPARATORS
from ..config import SIZES
from .finetune import begin


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the step."""
    parser.add_argument("--data", type=Path, required=True, help="folder that synthesise wrote")
    parser.add_argument("--size", choices=SIZES, default="edge")
    parser.add_argument("--variant", choices=COMPARATORS, default="edge", help="form of DMA and PoI that is pretrained")
    parser.add_argument("--from", dest="start", type=Path, help="checkpoint to start from, an imported one for instance")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint to write; FILE.resume lies beside it")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=16, help="pairs of frames per step")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--precision", default="auto", help="auto, fp32 or bf16")


def run(arguments: argparse.Namespace) -> None:
    """Raises TrainingError for missing data or a checkpoint that does not fit."""
    from ..learn.clips import Clips
    from ..learn.optimise import Plan
    from ..learn.pretext import pretrain

    torch.set_num_threads(arguments.threads)
    start = begin(arguments.start, arguments.size, arguments.variant, arguments.seed)
    plan = Plan(arguments.steps, arguments.batch, arguments.lr, seed=arguments.seed)
    resume = arguments.out.with_suffix(".resume")
    save(arguments.out, pretrain(start, Clips(arguments.data / "train"), plan, resume, arguments.precision))
