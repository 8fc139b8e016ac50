"""Writes a model folder: two graphs, the manifest that vouches for them, and a parity sample."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from .comparator import Comparison, EdgeComparator, PaperComparator, build_comparator
from .config import ModelSize
from .encoder import Encoder
from .graph import to_onnx
from .manifest import Provenance, manifest
from .parity import parity


def build(size: ModelSize, variant: str, seed: int) -> tuple[Encoder, EdgeComparator | PaperComparator]:
    """A freshly initialised pair; the same seed gives the same weights."""
    torch.manual_seed(seed)
    return Encoder(size), build_comparator(size, variant)


def export(
    encoder: Encoder,
    comparator: EdgeComparator | PaperComparator,
    provenance: Provenance,
    out: Path,
    seed: int = 1,
) -> None:
    """Write encoder.onnx, comparator.onnx, parity.json and manifest.json below `out`.

    The same weights and seed give the same bytes. The parity sample holds PyTorch's results and so is tied, in its last
    bits, to the processor that computed them; the graphs are not.
    """
    # The order in which a sum is split over threads shows in the last bits of the parity sample.
    torch.set_num_threads(1)
    files = {
        "encoder": ("encoder.onnx", encoder_graph(encoder)),
        "comparator": ("comparator.onnx", comparator_graph(comparator)),
        "parity": ("parity.json", parity(encoder, comparator, seed)),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.values():
        (out / name).write_bytes(content)
    (out / "manifest.json").write_text(json.dumps(manifest(encoder.size, provenance, files), indent=2) + "\n")


def encoder_graph(encoder: Encoder) -> bytes:
    """crops uint8 [batch, image_px, image_px, 3] -> tokens float32 [batch, 1 + P, dim]."""
    size = encoder.size
    crops = torch.zeros(2, size.image_px, size.image_px, 3, dtype=torch.uint8)
    return to_onnx(encoder, {"crops": crops}, {"tokens": torch.zeros(2, size.tokens, size.dim)}, "batch")


def comparator_graph(comparator: EdgeComparator | PaperComparator) -> bytes:
    """onset, apex float32 [pairs, 1 + P, dim] -> logits [pairs, 4], dma and poi [pairs, G, G], motion [pairs]."""
    size = comparator.size
    onset = torch.zeros(2, size.tokens, size.dim)
    with torch.no_grad():
        answer: Comparison = comparator.eval()(onset, onset)
    return to_onnx(comparator, {"onset": onset, "apex": onset.clone()}, answer._asdict(), "pairs")
