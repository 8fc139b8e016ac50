"""Synthetic clips as pairs of crops with the label that is true of the two."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from synth.shard import read, stems

NONE = 0
IGNORED = -100
"""A label that the cross entropy leaves out (PyTorch's default): the face moved, but not from onset to apex."""
MICRO_KIND = 0
RESTS, APEXES = (0, 1), (3, 4)


@dataclass(frozen=True)
class Pairs:
    """B pairs. crops uint8 [B, 2, S, S, 3] (onset, apex); label int64 [B], IGNORED where only `moved` is known;
    event float [B]: 1 when a micro-expression separates the two; where float [B, 14, 14]: crop px that patches move."""

    crops: Tensor
    label: Tensor
    event: Tensor
    where: Tensor


class Clips:
    """All clips of one split, mapped from disk. Raises TrainingError for a damaged shard."""

    def __init__(self, folder: Path, share: float = 1.0, people: int | None = None) -> None:
        """`share` of the clips of each of the first `people` keeps its label; see `labelled`."""
        shards = [read(stem) for stem in stems(folder)[:people]]
        self._crops = [crops for crops, _ in shards]
        self._start = np.cumsum([0, *(len(crops) for crops in self._crops)])
        joined = {name: np.concatenate([facts[name] for _, facts in shards]) for name in shards[0][1]}
        self.label, self.kind, self.person = joined["label"].astype(np.int64), joined["kind"], joined["person"]
        self.amplitude, self.where = joined["amplitude"], joined["moved"].astype(np.float32)
        self.units, self.times = joined["units"], joined["times"]
        self.frames = self._crops[0].shape[1]
        self.side = self._crops[0].shape[2]
        order = np.random.default_rng(7).permutation(len(self))
        self.labelled = np.sort(order[: max(1, round(share * len(self)))])

    def __len__(self) -> int:
        return int(self._start[-1])

    def crop(self, clip: int, frame: int) -> np.ndarray:
        """uint8 [S, S, 3]."""
        shard = int(np.searchsorted(self._start, clip, side="right")) - 1
        return self._crops[shard][clip - self._start[shard], frame]

    def draw(self, rng: np.random.Generator, count: int) -> Pairs:
        """Random pairs for training: mostly onset and apex, the reverse now and then, and still pairs of moving faces."""
        rows = [self._pair(rng, int(clip)) for clip in rng.choice(self.labelled, count)]
        return _stack(rows, self)

    def _pair(self, rng: np.random.Generator, clip: int) -> tuple[int, int, int, int, float]:
        """clip, first frame, second frame, label, event."""
        if self.kind[clip] != MICRO_KIND:
            first, second = rng.choice(self.frames, 2, replace=False)
            return clip, int(first), int(second), NONE, 0.0
        rest, apex = int(rng.choice(RESTS)), int(rng.choice(APEXES))
        fate = rng.random()
        if fate < 0.12:
            first, second = (RESTS if rng.random() < 0.5 else APEXES)[:: int(rng.choice((-1, 1)))]
            if abs(self.amplitude[clip, first] - self.amplitude[clip, second]) < 0.03:
                return clip, first, second, NONE, 0.0
        if fate > 0.88:
            return clip, apex, rest, IGNORED, 1.0
        return clip, rest, apex, int(self.label[clip]), 1.0

    def onset_apex(self, clips: np.ndarray) -> Pairs:
        """The pair that is measured: first frame and apex of every clip."""
        apex = self.frames // 2 if self.frames > 2 else 1
        rows = [(int(c), 0, apex, int(self.label[c]), float(self.kind[c] == MICRO_KIND)) for c in clips]
        return _stack(rows, self)


def _stack(rows: list[tuple[int, int, int, int, float]], clips: Clips) -> Pairs:
    crops = np.stack([np.stack([clips.crop(c, first), clips.crop(c, second)]) for c, first, second, _, _ in rows])
    events = np.array([row[4] for row in rows], np.float32)
    return Pairs(
        torch.from_numpy(crops),
        torch.tensor([row[3] for row in rows]),
        torch.from_numpy(events),
        torch.from_numpy(clips.where[[row[0] for row in rows]] * events[:, None, None]),
    )
