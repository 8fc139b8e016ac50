"""Train the same small budget in every form, and print what each gives on people, light and poses never trained on.
Rows that are done are kept in --out, so an interrupted run goes on, and more rows or seeds can be added."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ..checkpoint import Checkpoint
from ..errors import TrainingError
from .finetune import begin


@dataclass(frozen=True)
class Row:
    """One line of the table. pretrained: label-free pretraining first; labels: share of the clips that are labelled."""

    variant: str
    pretrained: bool = False
    labels: float = 1.0

    @property
    def name(self) -> str:
        """As it stands in the table."""
        before = "pretrained" if self.pretrained else "from scratch"
        return f"{self.variant}, {before}, {self.labels:.0%} of labels"


ROWS = (
    Row("edge-plain"), Row("edge-dma"), Row("edge"), Row("edge", pretrained=True),
    Row("edge", labels=0.1), Row("edge", pretrained=True, labels=0.1),
    Row("paper", pretrained=True), Row("paper-dma", pretrained=True), Row("paper"),
    Row("edge", labels=0.01), Row("edge", pretrained=True, labels=0.01),
)  # fmt: skip
RESIDUALS = (0.25, 0.6, 1.2)


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the step."""
    parser.add_argument("--data", type=Path, required=True, help="folder that synthesise wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and ablation.json")
    parser.add_argument("--steps", type=int, default=700, help="of fine-tuning, and of pretraining")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--only", action="append", help="rows whose name starts like this")


def run(arguments: argparse.Namespace) -> None:
    """Raises TrainingError for missing data."""
    from ..learn.clips import Clips

    torch.set_num_threads(1)
    results = _read(arguments.out / "ablation.json")
    test = Clips(arguments.data / "test")
    if "block differences, logistic regression" not in results:
        results["block differences, logistic regression"] = {"1": _baseline(arguments.data, test)}
        _write(arguments.out, results)
    for seed in range(1, arguments.seeds + 1):
        for row in ROWS:
            if arguments.only and not any(row.name.startswith(start) for start in arguments.only):
                continue
            if str(seed) not in results.setdefault(row.name, {}):
                results[row.name][str(seed)] = _measure(_train(row, seed, arguments), test)
                _write(arguments.out, results)
                print(row.name, seed, json.dumps(results[row.name][str(seed)]), flush=True)


def _train(row: Row, seed: int, arguments: argparse.Namespace) -> Checkpoint:
    from ..checkpoint import load, save
    from ..learn.clips import Clips
    from ..learn.optimise import Plan
    from ..learn.pretext import pretrain
    from ..learn.tuning import from_clips, tune

    start = None
    if row.pretrained:
        start = arguments.out / f"pretrain-{row.variant}-{seed}.pt"
        if not start.exists():
            fresh = begin(None, "edge", row.variant, seed)
            plan = Plan(arguments.steps, arguments.batch, 1e-3, arguments.steps // 8, seed=seed)
            save(start, pretrain(fresh, Clips(arguments.data / "train"), plan, start.with_suffix(".resume")))
    begun = begin(start, "edge", row.variant, seed)
    if row.pretrained:  # the head has not been trained, and no label may have told DMA and PoI anything
        begun = load(start)
    # Few labels are seen over and over; more steps only learn them by heart.
    plan = Plan(arguments.steps, arguments.batch, 1.5e-3, arguments.steps // 8, seed=seed)
    clips = Clips(arguments.data / "train", row.labels)
    resume = arguments.out / f"{row.variant}-{row.pretrained}-{row.labels}-{seed}.resume"
    tuned = tune(begun, from_clips(clips), plan, resume, name=row.name)
    resume.unlink()
    return tuned


def _measure(checkpoint: Checkpoint, test) -> dict[str, object]:
    from ..synthetic_tests import answer, measured_by

    everything = np.arange(len(test))
    out = {}
    for residual in RESIDUALS:
        said = measured_by(test.label, answer(checkpoint, test, everything, residual)["label"])
        out[str(residual)] = {"uf1": round(said.uf1, 4), "uar": round(said.uar, 4)}
    return out


def _baseline(data: Path, test) -> dict[str, object]:
    from ..learn.baseline import Baseline
    from ..learn.clips import Clips
    from ..synthetic_tests import measured_by

    fitted = Baseline(Clips(data / "train"))
    said = {r: measured_by(test.label, fitted.label(test, np.arange(len(test)), r)) for r in RESIDUALS}
    return {str(r): {"uf1": round(s.uf1, 4), "uar": round(s.uar, 4)} for r, s in said.items()}


def _read(path: Path) -> dict[str, dict[str, object]]:
    if not path.exists():
        return {}
    try:
        return json.loads(path.read_text())
    except ValueError as error:
        raise TrainingError(f"{path}: no JSON ({error}); remove it to start over") from error


def _write(folder: Path, results: dict[str, dict[str, object]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / "ablation.part"
    partial.write_text(json.dumps(results, indent=2) + "\n")
    partial.replace(folder / "ablation.json")
