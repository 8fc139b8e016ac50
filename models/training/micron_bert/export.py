"""Writes a model folder: graphs in three precisions, the manifest that vouches for them, a parity sample, a card."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from .agreement import from_files, in_pytorch
from .calibrate import ranges
from .card import card
from .comparator import Comparison, EdgeComparator, PaperComparator, build_comparator
from .config import ModelSize
from .crops import Crops, Pairs
from .encoder import Encoder
from .facts import Facts
from .graph import to_onnx
from .half import all_but_norms, linear_maps, to_half
from .manifest import manifest
from .parity import parity
from .precisions import measure
from .quantise import to_int8

NAMES = {
    "encoder": "encoder.onnx",
    "comparator": "comparator.onnx",
    "encoderFp16": "encoder.fp16.onnx",
    "comparatorFp16": "comparator.fp16.onnx",
    "encoderInt8": "encoder.int8.onnx",
    "parity": "parity.json",
}
"""File of every role. int8 has no comparator of its own: that costs little, and works with differences 8 bits lose."""


def build(size: ModelSize, variant: str, seed: int) -> tuple[Encoder, EdgeComparator | PaperComparator]:
    """A freshly initialised pair; the same seed gives the same weights."""
    torch.manual_seed(seed)
    return Encoder(size), build_comparator(size, variant)


def export(
    encoder: Encoder,
    comparator: EdgeComparator | PaperComparator,
    facts: Facts,
    out: Path,
    calibration: Crops,
    pairs: Pairs,
    seed: int = 1,
) -> dict[str, object]:
    """Write the files of NAMES, manifest.json and MODEL_CARD.md below `out`; returns the manifest.

    The same weights, crops and seed give the same bytes. The parity sample and the figures in the manifest hold
    PyTorch's results and so are tied, in their last digits, to the processor that computed them; the graphs are not.

    Raises TrainingError when the weights do not survive a lower precision.
    """
    # The order in which a sum is split over threads shows in the last bits of the parity sample.
    torch.set_num_threads(1)
    first, second = encoder_graph(encoder), comparator_graph(comparator)
    content = {
        "encoder": first,
        "comparator": second,
        "encoderFp16": to_half(first, all_but_norms),
        "comparatorFp16": to_half(second, linear_maps),
        "encoderInt8": to_int8(first, ranges(first, calibration.values)),
        "parity": parity(encoder, comparator, seed),
    }
    precisions = measure(
        in_pytorch(encoder, comparator),
        {
            "fp32": from_files(content["encoder"], content["comparator"]),
            "fp16": from_files(content["encoderFp16"], content["comparatorFp16"]),
            "int8": from_files(content["encoderInt8"], content["comparator"]),
        },
        pairs,
    )
    precisions["measured"]["calibratedOn"] = f"{len(calibration.values)} of {calibration.origin}"
    described = manifest(encoder.size, facts, {role: (NAMES[role], content[role]) for role in NAMES}, precisions)
    out.mkdir(parents=True, exist_ok=True)
    for role, name in NAMES.items():
        (out / name).write_bytes(content[role])
    (out / "manifest.json").write_text(json.dumps(described, indent=2) + "\n", "utf-8")
    (out / "MODEL_CARD.md").write_text(card(described, facts, encoder.size), "utf-8")
    return described


def encoder_graph(encoder: Encoder) -> bytes:
    """crops uint8 [batch, image_px, image_px, 3] -> tokens float32 [batch, 1 + P, dim]."""
    size = encoder.size
    crops = torch.zeros(2, size.image_px, size.image_px, 3, dtype=torch.uint8)
    return to_onnx(encoder, {"crops": crops}, {"tokens": torch.zeros(2, size.tokens, size.dim)}, "batch")


def comparator_graph(comparator: EdgeComparator | PaperComparator) -> bytes:
    """onset, apex float32 [pairs, 1 + P, dim] -> the outputs of `Comparison` by name, with `pairs` for B."""
    size = comparator.size
    onset = torch.zeros(2, size.tokens, size.dim)
    with torch.no_grad():
        answer: Comparison = comparator.eval()(onset, onset)
    return to_onnx(comparator, {"onset": onset, "apex": onset.clone()}, answer._asdict(), "pairs")
