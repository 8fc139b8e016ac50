"""Crops that `export` is given to calibrate and to compare on, and made-up ones for when it is given none."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .config import LABELS, ModelSize
from .errors import TrainingError
from .samples import noise_crop, shift_locally, smooth_crop


@dataclass(frozen=True)
class Crops:
    """uint8 [N, image_px, image_px, 3], and in words where they come from."""

    values: np.ndarray
    origin: str


@dataclass(frozen=True)
class Pairs:
    """Onset and apex, uint8 [N, image_px, image_px, 3] each; label [N] in the order of `LABELS`, None when made up."""

    onset: np.ndarray
    apex: np.ndarray
    labels: np.ndarray | None
    origin: str


def read_calibration(path: Path, size: ModelSize) -> Crops:
    """A .npy file. Raises TrainingError that names the file when it holds anything but crops of this size."""
    return Crops(_crops(_read(path), f"{path}", size), f"{path.name}")


def read_pairs(path: Path, size: ModelSize) -> Pairs:
    """A .npz file with onset, apex and labels. Raises TrainingError that names the file and the array."""
    arrays = _read(path)
    if not isinstance(arrays, dict):
        raise TrainingError(f"{path}: not an .npz file; it needs the arrays onset, apex and labels")
    for name in ("onset", "apex", "labels"):
        if name not in arrays:
            raise TrainingError(f"{path}: {name}: missing; the file holds {', '.join(arrays) or 'nothing'}")
    onset, apex = (_crops(arrays[name], f"{path}: {name}", size) for name in ("onset", "apex"))
    labels = arrays["labels"]
    if len(onset) != len(apex) or labels.shape != (len(onset),):
        raise TrainingError(
            f"{path}: onset, apex and labels must be equally many, not {len(onset)}, {len(apex)} and {labels.shape}"
        )
    if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= len(LABELS):
        raise TrainingError(f"{path}: labels: must be whole numbers, 0 to {len(LABELS) - 1} for {', '.join(LABELS)}")
    return Pairs(onset, apex, labels.astype(np.int64), path.name)


def made_up_crops(size: ModelSize, seed: int, count: int = 24) -> Crops:
    """No faces: enough to give every activation some range, and labelled as such wherever it is used."""
    smooth = [smooth_crop(seed + at, size.image_px) for at in range(count - 1)]
    return Crops(np.stack([*smooth, noise_crop(seed, size.image_px)]), "made-up crops, no faces")


def made_up_pairs(size: ModelSize, seed: int, count: int = 24) -> Pairs:
    """Sensor noise in both frames; between them local motion of 0 to 1.5 px of 112."""
    rng = np.random.default_rng(seed)
    onset, apex = [], []
    for at in range(count):
        still = smooth_crop(seed + 1000 + at, size.image_px)
        centre = tuple(size.image_px * rng.uniform(0.3, 0.7, 2))
        moved = shift_locally(still, centre, size.image_px * 0.16, size.image_px / 112 * (at % 4) / 2)
        for frames, crop in ((onset, still), (apex, moved)):
            frames.append(np.clip(np.rint(crop + rng.normal(0, 1.5, crop.shape)), 0, 255).astype(np.uint8))
    return Pairs(np.stack(onset), np.stack(apex), None, "made-up crops, no faces")


def _read(path: Path) -> np.ndarray | dict[str, np.ndarray]:
    """What a .npy file holds, or an .npz file by name."""
    try:
        with path.open("rb") as file:
            content = np.load(file, allow_pickle=False)
            return content if isinstance(content, np.ndarray) else {name: content[name] for name in content.files}
    except FileNotFoundError as error:
        raise TrainingError(f"{path}: no such file") from error
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise TrainingError(f"{path}: damaged, or not a NumPy file ({error})") from error


def _crops(array: object, where: str, size: ModelSize) -> np.ndarray:
    side = size.image_px
    if not isinstance(array, np.ndarray) or array.dtype != np.uint8 or array.shape[1:] != (side, side, 3):
        got = f"{array.dtype} {list(array.shape)}" if isinstance(array, np.ndarray) else "several arrays"
        raise TrainingError(f"{where}: must be uint8 [N, {side}, {side}, 3], not {got}")
    if len(array) == 0:
        raise TrainingError(f"{where}: holds no crop")
    return array
