"""What the agent reads about a model before it runs it. Keys are a closed schema there: change both or neither."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from .config import LABELS, ModelSize
from .facts import Facts

SCHEMA = "micron-edge/model/1"

# Where faces are warped to, in pixels of a 112 px crop: eyes level, brows and chin inside the picture.
TEMPLATE_112 = {"leftEye": (39, 44), "rightEye": (73, 44), "nose": (56, 63), "mouth": (56, 83)}


def manifest(
    size: ModelSize, facts: Facts, files: Mapping[str, tuple[str, bytes]], precisions: Mapping[str, object]
) -> dict[str, object]:
    """The manifest as JSON-ready values.

    `files` maps a role (encoder, comparator, encoderFp16, comparatorFp16, encoderInt8, parity) to file name and
    content; `precisions` says which of them to use where, see precisions.py.
    """
    scale = size.image_px / 112
    return {
        "schema": SCHEMA,
        "name": facts.name,
        "version": facts.version,
        "kind": "micron-bert",
        "trained": facts.trained,
        "evidence": facts.evidence,
        "validatedOn": list(facts.validated_on),
        "trainingData": facts.training_data,
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
        "spot": dict(facts.spot),
        "precisions": dict(precisions),
        "files": {
            role: {"file": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for role, (name, content) in files.items()
        },
        "metrics": dict(facts.metrics),
        "licence": "Apache-2.0",
        "source": "arXiv:2304.03195; code of this repository",
    }


def _whole(value: float) -> float | int:
    """112 rather than 112.0 in the JSON."""
    return int(value) if value == int(value) else value
