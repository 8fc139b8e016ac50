"""What the agent reads about a model before it runs it. Keys are a closed schema there: change both or neither."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .config import LABELS, ModelSize

SCHEMA = "micron-edge/model/1"

# Where faces are warped to, in pixels of a 112 px crop: eyes level, brows and chin inside the picture.
TEMPLATE_112 = {"leftEye": (39, 44), "rightEye": (73, 44), "nose": (56, 63), "mouth": (56, 83)}


@dataclass(frozen=True)
class Provenance:
    """Where a set of weights comes from and what is known about it."""

    name: str
    training_data: str
    version: str = "0.1.0"
    trained: bool = False
    evidence: str = "none"
    validated_on: Sequence[str] = ()
    metrics: Mapping[str, object] = field(default_factory=dict)
    source: str = "arXiv:2304.03195; code of this repository"


def untrained(name: str, seed: int) -> Provenance:
    """Weights straight from the random generator."""
    return Provenance(name=name, training_data=f"none: random initialisation, seed {seed}")


def manifest(size: ModelSize, provenance: Provenance, files: Mapping[str, tuple[str, bytes]]) -> dict[str, object]:
    """The manifest as JSON-ready values. `files` maps a role (encoder, comparator, parity) to file name and content."""
    scale = size.image_px / 112
    return {
        "schema": SCHEMA,
        "name": provenance.name,
        "version": provenance.version,
        "kind": "micron-bert",
        "trained": provenance.trained,
        "evidence": provenance.evidence,
        "validatedOn": list(provenance.validated_on),
        "trainingData": provenance.training_data,
        "labels": list(LABELS),
        "input": {
            "widthPx": size.image_px,
            "heightPx": size.image_px,
            "patchPx": size.patch_px,
            "layout": "NHWC",
            "dtype": "uint8",
            "colour": "sRGB",
        },
        "tokens": {"count": size.tokens, "dim": size.dim},
        "landmarkTemplate": {name: [_whole(x * scale), _whole(y * scale)] for name, (x, y) in TEMPLATE_112.items()},
        "spot": {"zThreshold": 5, "minOnsetMs": 40, "maxDurationMs": 500, "lagsMs": [120, 200]},
        "files": {
            role: {"file": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for role, (name, content) in files.items()
        },
        "metrics": dict(provenance.metrics),
        "licence": "Apache-2.0",
        "source": provenance.source,
    }


def _whole(value: float) -> float | int:
    """112 rather than 112.0 in the JSON."""
    return int(value) if value == int(value) else value
