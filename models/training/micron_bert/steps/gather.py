"""Collect what export needs beside the weights: figures, thresholds, crops to calibrate and compare on, the picture."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from ..checkpoint import Checkpoint, load
from ..errors import TrainingError


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the step."""
    parser.add_argument("--checkpoint", type=Path, required=True, help="from finetune")
    parser.add_argument("--data", type=Path, required=True, help="folder that synthesise wrote")
    parser.add_argument("--ablation", type=Path, help="ablation.json of ablate")
    parser.add_argument("--pipeline", type=Path, help="JSON of `micron-edge replay --evaluate` on the scene's films")
    parser.add_argument("--spot", type=Path, required=True, help="JSON with the thresholds of spotting")
    parser.add_argument("--name", default="micron-bert-edge")
    parser.add_argument("--version", required=True)
    parser.add_argument("--limits", type=Path, required=True, help="text file, one sentence for the card a line")
    parser.add_argument("--out", type=Path, required=True, help="folder for facts.json, *.npy, *.npz, explanations.png")


def run(arguments: argparse.Namespace) -> None:
    """Raises TrainingError for files that are missing or damaged."""
    from ..curves import curves
    from ..figure import explanations
    from ..learn.clips import Clips
    from ..synthetic_tests import evaluate_synthetic

    torch.set_num_threads(1)
    checkpoint = load(arguments.checkpoint)
    train, test = Clips(arguments.data / "train"), Clips(arguments.data / "test")
    arguments.out.mkdir(parents=True, exist_ok=True)
    _crops(train, test, arguments.out)
    explanations(checkpoint, test, arguments.out / "explanations.png")
    metrics: dict[str, object] = {"synthetic": evaluate_synthetic(checkpoint, arguments.data)}
    curves(metrics["synthetic"], arguments.out / "curves.png")
    for name in ("ablation", "pipeline"):
        if getattr(arguments, name):
            metrics[name] = _json(getattr(arguments, name))
    facts = {
        "name": arguments.name,
        "version": arguments.version,
        "trainingData": _training(checkpoint, train),
        "evidence": "synthetic",
        "validatedOn": [],
        "metrics": metrics,
        "spot": _json(arguments.spot),
        "limits": [line for line in arguments.limits.read_text("utf-8").splitlines() if line.strip()],
    }
    (arguments.out / "facts.json").write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    print(json.dumps(metrics["synthetic"], indent=2))


def _training(checkpoint: Checkpoint, train) -> str:
    people = len(set(train.person.tolist()))
    steps = "; ".join(f"{name} {facts['steps']} steps of {facts['batch']}, seed {facts['seed']}"
                      for name, facts in checkpoint.facts.items() if isinstance(facts, dict))  # fmt: skip
    return f"{len(train)} clips of {people} synthetic people (ICT face model, rendered by models/training/synth); {steps}"


def _crops(train, test, out: Path) -> None:
    """Crops for int8's ranges from training people, pairs for the agreement of precisions from test people."""
    from ..learn.augment import augment, measured

    rng = np.random.default_rng(11)
    some = augment(train.onset_apex(np.sort(rng.choice(len(train), 64, replace=False))), measured(0.25), rng, exact=True)
    np.save(out / "calibration.npy", some.crops.flatten(0, 1).round().to(torch.uint8).numpy())
    pairs = test.onset_apex(np.sort(rng.choice(len(test), min(400, len(test)), replace=False)))
    crops = augment(pairs, measured(0.25), rng, exact=True).crops.round().to(torch.uint8).numpy()
    np.savez(out / "pairs.npz", onset=crops[:, 0], apex=crops[:, 1], labels=pairs.label.numpy())


def _json(path: Path) -> object:
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise TrainingError(f"{path}: no such file") from error
    except ValueError as error:
        raise TrainingError(f"{path}: not JSON ({error})") from error
