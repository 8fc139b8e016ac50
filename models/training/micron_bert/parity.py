"""A few inputs with PyTorch's answers, so that any other runtime can show that it computes the same.

Shape of the JSON (arrays are base64 of little-endian values, C order):

    crops       uint8 [3, image_px, image_px, 3]: smooth, the same with a local 2 px motion, noise
    tokenRows   which of the 1 + P tokens are recorded
    tokens      float32 [3, len(tokenRows), dim]: the encoder's output for all three crops as one batch
    pairs       onset and apex as indices of crops; the comparator takes the encoder's full tokens of those
    logits      float32 [4 pairs, 4], dma and poi float32 [4, G, G], motion float32 [4]
"""

from __future__ import annotations

import base64
import json

import numpy as np
import torch
from torch import Tensor

from .comparator import EdgeComparator, PaperComparator
from .encoder import Encoder
from .samples import noise_crop, shift_locally, smooth_crop

SCHEMA = "micron-edge/parity/1"
# Moved, moved the other way, still, everything different.
PAIRS = ((0, 1), (1, 0), (0, 0), (0, 2))
TOLERANCE = 1e-3


def parity(encoder: Encoder, comparator: EdgeComparator | PaperComparator, seed: int) -> bytes:
    """The JSON described above, one line per key."""
    size = encoder.size
    smooth = smooth_crop(seed, size.image_px)
    centre = (size.image_px * 0.65, size.image_px * 0.74)
    crops = np.stack(
        [smooth, shift_locally(smooth, centre, size.image_px * 0.16, 2.0), noise_crop(seed, size.image_px)]
    )
    rows = np.linspace(0, size.patches, 9).round().astype(int)
    with torch.no_grad():
        tokens = encoder.eval()(torch.from_numpy(crops))
        onset, apex = (tokens[[pair[side] for pair in PAIRS]] for side in (0, 1))
        answer = comparator.eval()(onset, apex)
    content = {
        "schema": SCHEMA,
        "tolerance": TOLERANCE,
        "crops": _packed(torch.from_numpy(crops)),
        "tokenRows": rows.tolist(),
        "tokens": _packed(tokens[:, torch.from_numpy(rows)]),
        "pairs": [list(pair) for pair in PAIRS],
        **{name: _packed(values) for name, values in answer._asdict().items()},
    }
    return ("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in content.items()) + "\n}\n").encode()


def _packed(values: Tensor) -> dict[str, object]:
    array = values.contiguous().numpy()
    return {
        "dtype": str(array.dtype),
        "dims": list(array.shape),
        "base64": base64.b64encode(array.astype(array.dtype.newbyteorder("<")).tobytes()).decode(),
    }
