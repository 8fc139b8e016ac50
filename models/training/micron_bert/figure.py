"""The model card's picture: where the model looked, beside where the skin truly moved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from .checkpoint import Checkpoint
from .config import LABELS
from .learn.augment import augment, measured
from .learn.clips import MICRO_KIND, Clips
from .synthetic_tests import answer

COLUMNS = ("onset", "apex", "difference x 8", "truly moved", "PoI", "1 - diag(A)")
_CELL, _TEXT = 112, 16


def chosen(clips: Clips, per_label: int = 2) -> np.ndarray:
    """Test pairs to show: of every label and of different people, the middling amplitudes."""
    found = []
    for label in range(1, len(LABELS)):
        mine = np.flatnonzero((clips.label == label) & (clips.kind == MICRO_KIND))
        order = mine[np.argsort(np.abs(clips.amplitude[mine].max(1) - 0.35))]
        _, first = np.unique(clips.person[order], return_index=True)
        found += [order[k] for k in sorted(first)[:per_label]]
    return np.array(found)


def explanations(checkpoint: Checkpoint, clips: Clips, path: Path, residual: float = 0.25) -> None:
    """Write the PNG: one row per pair, columns as in COLUMNS, maps as heat over the apex."""
    rows = chosen(clips)
    said = answer(checkpoint, clips, rows, residual)
    crops = augment(clips.onset_apex(rows), measured(residual), np.random.default_rng(5), exact=True).crops.numpy()
    sheet = Image.new("RGB", (len(COLUMNS) * _CELL + 170, len(rows) * _CELL + _TEXT), "white")
    draw = ImageDraw.Draw(sheet)
    for k, name in enumerate(COLUMNS):
        draw.text((k * _CELL + 4, 2), name, fill="black")
    for r, clip in enumerate(rows):
        onset, apex = crops[r]
        maps = (clips.where[clip], said["poi"][r], 1 - said["dma"][r])
        cells = [onset, apex, np.clip(128 + 8 * (apex - onset), 0, 255), *(_heat(apex, m) for m in maps)]
        for k, cell in enumerate(cells):
            sheet.paste(Image.fromarray(cell.astype(np.uint8)), (k * _CELL, r * _CELL + _TEXT))
        units = ", ".join(f"AU{unit}" for unit in clips.units[clip] if unit)
        text = (f"truth: {LABELS[clips.label[clip]]}", units, f"amplitude {clips.amplitude[clip].max():.2f}",
                f"said: {LABELS[said['label'][r]]}", f"p = {said['probability'][r].max():.2f}")  # fmt: skip
        for line, words in enumerate(text):
            draw.text((len(COLUMNS) * _CELL + 6, r * _CELL + _TEXT + 8 + 18 * line), words, fill="black")
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(200).save(path, optimize=True)


def _heat(picture: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Red over a grey picture, each patch as strong as its share of the map's greatest value."""
    share = values.astype(np.float32) / max(float(values.max()), 1e-9)
    cell = picture.shape[0] // share.shape[0]
    over = np.kron(share, np.ones((cell, cell)))[..., None] * 0.75
    grey = picture.mean(2, keepdims=True)
    return grey * (1 - over) + np.array((230, 30, 20)) * over
