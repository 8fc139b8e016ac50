"""What there is to beat: multinomial logistic regression on differences of blocks between onset and apex."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..config import LABELS
from .augment import TRAINING, augment, measured
from .clips import Clips

_BATCH = 64


def block_differences(crops: Tensor) -> Tensor:
    """Crops 0..255 [B, 2, 112, 112, 3] -> [B, 2 * 196]: mean and mean absolute difference of brightness per 8 px block,
    each crop brought to zero mean and unit deviation first, so that light counts less."""
    grey = (crops.float() @ torch.tensor((0.2126, 0.7152, 0.0722))).flatten(2)
    grey = (grey - grey.mean(2, keepdim=True)) / grey.std(2, keepdim=True).clamp_min(1e-3)
    change = (grey[:, 1] - grey[:, 0]).reshape(-1, 1, 112, 112)
    pool = torch.nn.functional.avg_pool2d
    return torch.cat([pool(change, 8).flatten(1), pool(change.abs(), 8).flatten(1)], 1)


class Baseline:
    """Fitted on augmented training pairs."""

    def __init__(self, clips: Clips, pairs: int = 12_000, seed: int = 1) -> None:
        rng = np.random.default_rng(seed)
        features, labels = [], []
        for _ in range(pairs // _BATCH):
            drawn = clips.draw(rng, _BATCH)
            known = drawn.label >= 0
            features.append(block_differences(augment(drawn, TRAINING, rng).crops)[known])
            labels.append(drawn.label[known])
        x, y = torch.cat(features), torch.cat(labels)
        self._mean, self._spread = x.mean(0), x.std(0).clamp_min(1e-6)
        self._map = torch.nn.Linear(x.shape[1], len(LABELS))
        x = (x - self._mean) / self._spread
        solver = torch.optim.LBFGS(self._map.parameters(), max_iter=200, line_search_fn="strong_wolfe")

        def closure() -> Tensor:
            solver.zero_grad()
            loss = torch.nn.functional.cross_entropy(self._map(x), y) + 1e-3 * self._map.weight.square().sum()
            loss.backward()
            return loss

        solver.step(closure)

    def label(self, clips: Clips, chosen: np.ndarray, residual: float, seed: int = 5) -> np.ndarray:
        """Most likely label [N] of onset and apex of the chosen clips."""
        rng = np.random.default_rng(seed)
        said = []
        with torch.no_grad():
            for at in range(0, len(chosen), _BATCH):
                pairs = clips.onset_apex(chosen[at : at + _BATCH])
                crops = augment(pairs, measured(residual), rng, exact=True).crops
                said.append(self._map((block_differences(crops) - self._mean) / self._spread).argmax(1))
        return torch.cat(said).numpy()
