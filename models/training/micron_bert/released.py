"""The encoder out of a checkpoint of the paper's released code (or of MAE or DINO code with the same names).

That code stores `{"model": ..., "args": ..., "epoch": ...}`; its model holds the encoder as `backbone`, the Diagonal
Micro-Attention as `att`, a decoder, and student and teacher of its self-distillation. Only the encoder is taken over:
the rest belongs to the pretext task, and the released attention is not the printed one (see `dma.PrintedDma`).
"""

from __future__ import annotations

import math
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from .checkpoint import read_tensors
from .config import PAPER, ModelSize
from .encoder import Encoder
from .errors import TrainingError
from .positions import sincos_positions

CONTAINERS = ("model", "state_dict", "model_state_dict", "teacher", "student")
"""Where state dicts lie in a checkpoint file. Of a DINO pair the teacher, the average, is the one that is used."""
PREFIXES = ("backbone.", "", "encoder.", "teacher.backbone.", "student.backbone.")
"""Where the encoder lies in a state dict, the first that is there. The released code's student shares `backbone`."""
ANCHOR = "patch_embed.proj.weight"
NOT_ENCODER = ("att.", "decoder", "head.", "fc.", "student.", "teacher.", "dino", "mask_token", "contextual_token")
"""What else may stand beside an encoder that has no prefix of its own."""
POSITION_TOLERANCE = 1e-4


@dataclass(frozen=True)
class Released:
    """What was found."""

    size: ModelSize
    encoder: dict[str, Tensor]
    """In our `Encoder`'s names."""
    found_in: str
    """Such as model/backbone."""
    context: bool
    """False when the file's encoder has no CLS token: ours then starts from zero, and must be trained."""
    dropped: tuple[str, ...]
    """Parts that were left behind, by their first names."""


def read_released(path: Path, heads: int = PAPER.heads, image_px: int = PAPER.image_px) -> Released:
    """`heads` cannot be told from shapes; `image_px` counts only when the file has no positions.

    Raises TrainingError that names the file and the tensor.
    """
    container, state = _state_dict(path)
    prefix = next((name for name in PREFIXES if f"{name}{ANCHOR}" in state), None)
    if prefix is None:
        raise TrainingError(
            f"{path}: {ANCHOR}: not in it, under none of {', '.join(name or 'no prefix' for name in PREFIXES)}; "
            "this is no checkpoint of the paper's encoder"
        )
    inside = {name[len(prefix) :]: value for name, value in state.items() if name.startswith(prefix)}
    dropped = {name.split(".")[0] for name in state if not name.startswith(prefix)}
    if not prefix:
        dropped |= {name.split(".")[0] for name in inside if name.startswith(NOT_ENCODER)}
        inside = {name: value for name, value in inside.items() if not name.startswith(NOT_ENCODER)}
    size = _size(path, inside, heads, image_px)
    context = "cls_token" in inside
    encoder = _complete(path, inside, size)
    found_in = "/".join(part for part in (container, prefix.rstrip(".")) if part)
    return Released(size, encoder, found_in, context, tuple(sorted(dropped)))


def _state_dict(path: Path) -> tuple[str, dict[str, Tensor]]:
    """The container's name and the tensors in it, without the `module.` that parallel training puts before names."""
    try:
        content = read_tensors(path)
    except TrainingError as error:
        if isinstance(error.__cause__, pickle.UnpicklingError):
            raise TrainingError(f"{error}. {_how_to_strip(path)}") from error
        raise
    name = ""
    if isinstance(content, Mapping):
        name = next((key for key in CONTAINERS if isinstance(content.get(key), Mapping)), "")
        content = content[name] if name else content
    if not isinstance(content, Mapping):
        raise TrainingError(f"{path}: holds no state dict, plain or under {', '.join(CONTAINERS)}")
    tensors = {key: value for key, value in content.items() if isinstance(key, str) and isinstance(value, Tensor)}
    return name, {key.removeprefix("module."): value for key, value in tensors.items()}


def _how_to_strip(path: Path) -> str:
    return (
        "Released checkpoints often carry the command line as an argparse.Namespace. With PyTorch 2.5 or newer this "
        "leaves the weights only, and still runs nothing from the file: "
        'python3 -c "import argparse, torch; torch.serialization.add_safe_globals([argparse.Namespace]); '
        f"torch.save(torch.load('{path}', map_location='cpu', weights_only=True)['model'], 'weights-only.pth')\""
    )


def _size(path: Path, tensors: Mapping[str, Tensor], heads: int, image_px: int) -> ModelSize:
    """The size that these shapes have."""
    weight = tensors[ANCHOR]
    if weight.ndim != 4 or weight.shape[1] != 3 or weight.shape[2] != weight.shape[3]:
        raise TrainingError(f"{path}: {ANCHOR}: shape {list(weight.shape)}, not [dim, 3, patch, patch]")
    dim, patch_px = weight.shape[0], weight.shape[2]
    if "pos_embed" in tensors:
        rows = tensors["pos_embed"].shape[-2] if tensors["pos_embed"].ndim >= 2 else 0
        # P and 1 + P are never both squares.
        grid = next((math.isqrt(p) for p in (rows - 1, rows) if p > 0 and math.isqrt(p) ** 2 == p), None)
        if grid is None:
            raise TrainingError(f"{path}: pos_embed: {rows} rows are no square number of patches, with or without CLS")
        image_px = grid * patch_px
    numbers = (name.split(".")[1] for name in tensors if name.startswith("blocks."))
    blocks = {int(number) for number in numbers if number.isdigit()}
    hidden = tensors.get("blocks.0.mlp.fc1.weight")
    if hidden is None or blocks != set(range(len(blocks))) or hidden.shape[0] % dim:
        raise TrainingError(
            f"{path}: blocks.0.mlp.fc1.weight: {'missing' if hidden is None else list(hidden.shape)}, with blocks "
            f"{sorted(blocks)}: no row of blocks of one width"
        )
    try:
        return ModelSize(image_px, patch_px, dim, len(blocks), heads, hidden.shape[0] // dim)
    except ValueError as error:
        raise TrainingError(f"{path}: {ANCHOR}: {error}; see --heads and --image-px") from error


def _complete(path: Path, inside: Mapping[str, Tensor], size: ModelSize) -> dict[str, Tensor]:
    """Exactly our names and shapes, as float32."""
    # The meta device would do without the memory, but PyTorch 1.13 cannot put our buffers on it.
    wanted = {name: value.shape for name, value in Encoder(size).state_dict().items()}
    found = {name: value.detach().float().clone() for name, value in inside.items()}
    found.setdefault("cls_token", torch.zeros(1, 1, size.dim))
    found["pos_embed"] = _positions(path, found.get("pos_embed"), size)
    for problem, names in (("missing", wanted.keys() - found.keys()), ("unknown", found.keys() - wanted.keys())):
        if names:
            raise TrainingError(
                f"{path}: {', '.join(sorted(names))}: {problem}; the encoder must have the parts of the paper's, depth "
                f"{size.depth}, no more and no less"
            )
    for name, shape in wanted.items():
        if found[name].shape != shape:
            raise TrainingError(
                f"{path}: {name}: shape {list(found[name].shape)}, not {list(shape)} as an encoder of dim {size.dim}, "
                f"patch {size.patch_px}, {size.image_px} px has"
            )
        if not torch.isfinite(found[name]).all():
            raise TrainingError(f"{path}: {name}: holds values that are not finite; the training of it went wrong")
    return found


def _positions(path: Path, found: Tensor | None, size: ModelSize) -> Tensor:
    """Ours, once it is certain that the file's are the same: weights are worth nothing with other positions."""
    ours = torch.from_numpy(sincos_positions(size.dim, size.grid))[None]
    if found is not None:
        patches = ours[:, -found.shape[-2] :]
        if found.shape != patches.shape:
            raise TrainingError(f"{path}: pos_embed: shape {list(found.shape)}, not {list(patches.shape)}")
        difference = float((found - patches).abs().max())
        if not difference <= POSITION_TOLERANCE:
            raise TrainingError(
                f"{path}: pos_embed: differs from the paper's fixed sines and cosines by up to {difference:.3g}; an "
                "encoder with learned or otherwise ordered positions cannot be taken over"
            )
    return ours
