"""One person's clips on disk: pixels in one file, facts in another."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from micron_bert.errors import TrainingError

FIELDS = ("label", "kind", "amplitude", "times", "units", "moved", "person", "quality")
"""label, kind (N,) small ints; amplitude, times (N,T) float32, times in ms; units (N,8) int8, 0 fills; moved
(N,14,14) float16: crop px that each patch moves by the micro-expression between the first and the fourth frame; person
(N,) int64 seed; quality (N,) the codec's."""


def write(stem: Path, crops: np.ndarray, facts: Mapping[str, np.ndarray]) -> None:
    """`stem`.npy uint8 (N,T,SIDE,SIDE,3) and `stem`.npz. The facts come last and in one step: they say it is whole."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    np.save(stem.with_suffix(".npy"), crops)
    partial = stem.with_suffix(".part.npz")
    np.savez_compressed(partial, **facts)
    os.replace(partial, stem.with_suffix(".npz"))


def stems(folder: Path) -> list[Path]:
    """The whole shards below `folder`, in order. Raises TrainingError when there is none."""
    found = sorted(path.with_suffix("") for path in folder.glob("*.npz") if ".part" not in path.name)
    if not found:
        raise TrainingError(f"{folder}: no shards; make them with `synthesise --out {folder.parent}`")
    return found


def read(stem: Path) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Pixels, mapped and not yet read, and facts. Raises TrainingError naming file and field."""
    try:
        crops = np.load(stem.with_suffix(".npy"), mmap_mode="r")
        with np.load(stem.with_suffix(".npz")) as content:
            facts = {name: content[name] for name in content.files}
    except (OSError, ValueError, EOFError) as error:
        raise TrainingError(f"{stem}.npy, .npz: cannot be read ({error}); delete both and synthesise again") from error
    for name in FIELDS:
        if name not in facts:
            raise TrainingError(f"{stem}.npz: {name}: missing; delete the shard and synthesise again")
        if len(facts[name]) != len(crops):
            raise TrainingError(f"{stem}.npz: {name}: {len(facts[name])} rows for {len(crops)} clips")
    return crops, facts
