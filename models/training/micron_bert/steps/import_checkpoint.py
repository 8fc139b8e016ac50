"""Take over the encoder of the paper's released checkpoint, as a start for finetune."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..checkpoint import Checkpoint, save
from ..comparator import COMPARATORS
from ..config import PAPER
from ..released import read_released


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the step."""
    parser.add_argument("--checkpoint", type=Path, required=True, metavar="FILE.pth", help="as released")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="checkpoint to write")
    parser.add_argument("--variant", choices=COMPARATORS, default="edge", help="form of the comparator to train on it")
    parser.add_argument("--heads", type=int, default=PAPER.heads, help="attention heads; shapes do not tell")
    parser.add_argument("--image-px", type=int, default=PAPER.image_px, help="counts only for a file without positions")


def run(arguments: argparse.Namespace) -> None:
    """Says what was taken and what was left behind."""
    released = read_released(arguments.checkpoint, arguments.heads, arguments.image_px)
    size = released.size
    facts = {
        "importedFrom": arguments.checkpoint.name,
        "foundIn": released.found_in,
        "dropped": list(released.dropped),
        "contextualToken": "from the file" if released.context else "absent in the file, zero",
    }
    save(arguments.out, Checkpoint(size, arguments.variant, released.encoder, None, facts))
    count = sum(value.numel() for value in released.encoder.values())
    print(f"encoder: {released.found_in or 'top level'} of {arguments.checkpoint}, {count} values")
    print(f"size: {size.image_px} px, patch {size.patch_px}, dim {size.dim}, depth {size.depth}, {size.heads} heads")
    if released.dropped:
        print(f"left behind: {', '.join(released.dropped)}")
    if not released.context:
        print("no contextual (CLS) token in it: ours starts from zero and must be trained before answers are right")
    print(f"written to {arguments.out}; the comparator is untrained: go on with finetune")
