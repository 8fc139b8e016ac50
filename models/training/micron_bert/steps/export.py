"""Write a model folder: graphs in fp32, fp16 and int8, the manifest that vouches for them, a parity sample, a card."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from ..checkpoint import load
from ..comparator import COMPARATORS
from ..config import SIZES
from ..crops import made_up_crops, made_up_pairs, read_calibration, read_pairs
from ..errors import TrainingError
from ..export import build, export
from ..facts import read_facts, untrained


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the step."""
    parser.add_argument("--out", type=Path, required=True, help="model folder, made if missing")
    parser.add_argument("--checkpoint", type=Path, help="trained weights, from finetune; without it untrained ones")
    parser.add_argument("--facts", type=Path, help="JSON: what is known of the checkpoint, see facts.py; needed with it")
    parser.add_argument("--calibration", type=Path, help=".npy, uint8 [N, H, W, 3]: crops that set the ranges of int8")
    parser.add_argument("--pairs", type=Path, help=".npz with onset, apex and labels: the test set for fp16 and int8")
    parser.add_argument("--size", choices=SIZES, default="edge", help="of untrained weights")
    parser.add_argument("--variant", choices=COMPARATORS, default="edge", help="form of the untrained comparator")
    parser.add_argument("--seed", type=int, default=1, help="of untrained weights and of made-up crops")


def run(arguments: argparse.Namespace) -> None:
    """Raises TrainingError for files that are missing, damaged or do not fit each other."""
    if arguments.checkpoint is None:
        facts = untrained(f"micron-bert-{arguments.size}", arguments.seed)
        encoder, comparator = build(SIZES[arguments.size], arguments.variant, arguments.seed)
    else:
        if arguments.facts is None:
            raise TrainingError(f"{arguments.checkpoint}: whoever exports trained weights must say --facts FILE.json")
        facts = read_facts(arguments.facts)
        checkpoint = load(arguments.checkpoint)
        if checkpoint.comparator is None:
            raise TrainingError(f"{arguments.checkpoint}: comparator: none was trained; run finetune first")
        encoder, comparator = checkpoint.build()
    size, seed = encoder.size, arguments.seed
    calibration = arguments.calibration and read_calibration(arguments.calibration, size)
    pairs = arguments.pairs and read_pairs(arguments.pairs, size)
    manifest = export(
        encoder,
        comparator,
        facts,
        arguments.out,
        calibration or made_up_crops(size, seed),
        pairs or made_up_pairs(size, seed),
        seed,
    )
    report(manifest)


def report(manifest: Mapping) -> None:
    """What was written and how good it is, on standard output."""
    for entry in manifest["files"].values():
        print(f"{entry['file']:22} {entry['bytes']:>10} bytes  sha256 {entry['sha256'][:16]}")
    precisions = manifest["precisions"]
    measured = precisions["measured"]
    print(f"\nAgainst PyTorch, {measured['on']}; int8 calibrated on {measured['calibratedOn']}")
    for name in ("fp32", "fp16", "int8"):
        row = measured[name]
        scores = "".join(f", correlation of {key} {value}" for key, value in row["correlation"].items())
        uf1 = f", UF1 {row['uf1']}" if "uf1" in row else ""
        print(f"{name}: largest error {row['maxError']}, same label {row['labelAgreement']}{scores}{uf1}")
    print(f"recommended: {precisions['recommended']}")
