"""Figures on the synthetic test sets: labels over residual motion and amplitude, spotting, explanations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from .checkpoint import Checkpoint
from .config import LABELS
from .learn.augment import augment, measured
from .learn.clips import MICRO_KIND, Clips, Pairs
from .learn.tuning import compare
from .measures.recognition import Recognition

RESIDUALS = (0.0, 0.25, 0.6, 1.2)
"""Root mean square motion between the two crops that registration is assumed to leave, px of 112."""
AMPLITUDES = ((0.15, 0.2), (0.2, 0.25), (0.25, 0.3), (0.3, 0.4), (0.4, 0.5))
_BATCH = 16


def evaluate_synthetic(checkpoint: Checkpoint, directory: Path, splits: tuple[str, ...] = ("test", "other")) -> dict:
    """JSON-ready figures per split: uf1 and uar over the four labels by residual motion, uf1 by amplitude at 0.25 px,
    the confusion matrix there, spotting's area under the curve, and the share of PoI mass where the skin moved."""
    return {split: _split(checkpoint, Clips(directory / split)) for split in splits}


def _split(checkpoint: Checkpoint, clips: Clips) -> dict:
    everything = np.arange(len(clips))
    by_residual, detail = {}, {}
    for residual in RESIDUALS:
        answers = answer(checkpoint, clips, everything, residual)
        said = measured_by(clips.label, answers["label"])
        by_residual[str(residual)] = {"uf1": round(said.uf1, 4), "uar": round(said.uar, 4)}
        if residual == 0.25:
            detail = _detail(clips, answers, said)
    return {"clips": len(clips), "people": len(set(clips.person.tolist())), "byResidualPx": by_residual, **detail}


def _detail(clips: Clips, answers: dict[str, np.ndarray], said: Recognition) -> dict:
    micro = clips.kind == MICRO_KIND
    strongest = clips.amplitude.max(1)
    by_amplitude = {}
    for low, high in AMPLITUDES:
        within = micro & (strongest >= low) & (strongest < high)
        if within.any():
            # Recall of the three classes: none has no amplitude.
            right = (answers["label"] == clips.label)[within]
            by_amplitude[f"{low}-{high}"] = {"pairs": int(within.sum()), "accuracy": round(float(right.mean()), 4)}
    moved = clips.where[micro].reshape(micro.sum(), -1)
    poi = answers["poi"][micro].reshape(micro.sum(), -1)
    # The moved region: patches that move at least a quarter as much as the one that moves most.
    region = moved >= 0.25 * moved.max(1, keepdims=True)
    inside, area = (poi * region).sum(1), region.mean(1)
    return {
        "confusion": {"labels": list(LABELS), "rowsAreTruth": said.confusion},
        "recallByAmplitude": by_amplitude,
        "spotAuc": round(auc(answers["spot"][micro], answers["spot"][~micro]), 4),
        "motionAuc": round(auc(answers["motion"][micro], answers["motion"][~micro]), 4),
        "poiInsideMoved": round(float(inside.mean()), 4),
        "movedArea": round(float(area.mean()), 4),
        "falseByKind": _false_by_kind(clips, answers["label"]),
    }


def _false_by_kind(clips: Clips, label: np.ndarray) -> dict[str, float]:
    from synth.acts import KINDS

    none = [(k, name) for k, name in enumerate(KINDS) if k != MICRO_KIND and (clips.kind == k).any()]
    return {name: round(float((label[clips.kind == k] != 0).mean()), 4) for k, name in none}


def answer(checkpoint: Checkpoint, clips: Clips, chosen: np.ndarray, residual: float, seed: int = 5) -> dict[str, np.ndarray]:
    """label [N], probability [N, 4], spot [N], motion [N], poi and dma [N, G, G] for onset and apex of chosen clips."""
    encoder, comparator = checkpoint.build()
    encoder.eval(), comparator.eval()
    rng = np.random.default_rng(seed)
    plain = torch.autocast("cpu", enabled=False)
    parts = []
    with torch.no_grad():
        for at in range(0, len(chosen), _BATCH):
            pairs: Pairs = clips.onset_apex(chosen[at : at + _BATCH])
            crops = augment(pairs, measured(residual), rng, exact=True, px=checkpoint.size.image_px).crops
            # The agent's crops are whole numbers.
            parts.append(compare(encoder, comparator, crops.round(), plain))
    joined = {name: torch.cat([getattr(p, name) for p in parts]).numpy() for name in parts[0]._fields}
    shifted = np.exp(joined["logits"] - joined["logits"].max(1, keepdims=True))
    return {
        "label": joined["logits"].argmax(1), "probability": shifted / shifted.sum(1, keepdims=True),
        **{name: joined[name] for name in ("logits", "spot", "motion", "poi", "dma")},
    }  # fmt: skip


def measured_by(truth: np.ndarray, said: np.ndarray) -> Recognition:
    """The measures of MEGC 2019 over all four labels, `none` among them."""
    size = len(LABELS)
    table = np.bincount(truth * size + said, minlength=size * size).reshape(size, size)
    return Recognition(LABELS, tuple(tuple(map(int, row)) for row in table), 0)


def auc(positive: np.ndarray, negative: np.ndarray) -> float:
    """Chance that a random event scores above a random pair without one."""
    order = np.concatenate([positive, negative]).argsort().argsort() + 1.0
    n, m = len(positive), len(negative)
    return float((order[:n].sum() - n * (n + 1) / 2) / max(1, n * m))
