"""Measure recognition by the rules of MEGC 2019 on annotated data sets, and everything on synthetic films."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ..checkpoint import Checkpoint, load
from ..datasets import LOADERS, AnnotatedSet
from ..errors import TrainingError
from ..evaluation.pairs import crop_pairs
from ..evaluation.predict import Said, predict, require_comparator
from ..evaluation.protocols import FinetunePairs, composite, loso
from ..evaluation.report import SCHEMA, results, table
from ..faces.detector import FaceDetector
from ..progress import Progress

PROTOCOLS = {
    "as-is": "these weights on every clip",
    "loso": "fine-tune anew for each person held out, within each data set",
    "composite": "the same over all data sets together, as MEGC 2019 does with CASME II, SAMM and SMIC-HS",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the step."""
    parser.add_argument("--model", type=Path, required=True, help="checkpoint of finetune, pretrain, import-checkpoint")
    parser.add_argument("--casme2", type=Path, metavar="DIR", help="CASME II")
    parser.add_argument("--samm", type=Path, metavar="DIR", help="SAMM")
    parser.add_argument("--smic", type=Path, metavar="DIR", help="SMIC-HS")
    parser.add_argument("--casme3", type=Path, metavar="DIR", help="CAS(ME)^3, part A")
    parser.add_argument("--synthetic", type=Path, metavar="DIR", help="test films from synthesise")
    listed = "; ".join(f"{name}: {what}" for name, what in PROTOCOLS.items())
    parser.add_argument("--protocol", choices=PROTOCOLS, default="as-is", help=listed)
    parser.add_argument("--epochs", type=int, default=30, help="of fine-tuning, for loso and composite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--skip-broken", action="store_true", help="leave unusable clips out, and count them")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the measures there as well")


def run(arguments: argparse.Namespace, finetune: FinetunePairs | None = None) -> None:
    """Table on stdout. `finetune` is the project's own training unless another is given."""
    folders = {name: getattr(arguments, name) for name in LOADERS if getattr(arguments, name) is not None}
    if not folders and arguments.synthetic is None:
        raise TrainingError(f"nothing to measure on: give --{', --'.join(LOADERS)} or --synthetic")
    checkpoint = load(arguments.model)
    content: dict[str, object] = {
        "schema": SCHEMA,
        "model": str(arguments.model),
        "protocol": arguments.protocol,
        "seed": arguments.seed,
        "epochs": None if arguments.protocol == "as-is" else arguments.epochs,
    }
    if arguments.protocol == "as-is":
        require_comparator(checkpoint)
    if folders:
        sets = [LOADERS[name](folder, arguments.skip_broken) for name, folder in folders.items()]
        content["recognition"] = _recognition(checkpoint, sets, arguments, finetune)
        print(table(content["recognition"]), end="")
    if arguments.synthetic is not None:
        from ..synthetic_tests import evaluate_synthetic

        content["synthetic"] = evaluate_synthetic(checkpoint, arguments.synthetic)
        print(json.dumps(content["synthetic"], indent=2))
    if arguments.json is not None:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(content, indent=2) + "\n")


def _recognition(
    checkpoint: Checkpoint, sets: list[AnnotatedSet], arguments: argparse.Namespace, finetune: FinetunePairs | None
) -> dict[str, dict[str, object]]:
    clips = [clip for source in sets for clip in source.clips]
    with Progress("crops", len(clips)) as progress:
        pairs = crop_pairs(clips, FaceDetector(), checkpoint.size.image_px, arguments.skip_broken, progress)
    for source in sets:
        if not any(pair.dataset == source.dataset for pair in pairs.pairs):
            raise TrainingError(f"{source.source}: no clip of it could be used: {pairs.broken[0][1]}")
    said: list[Said]
    if arguments.protocol == "as-is":
        said = predict(checkpoint, pairs.pairs)
    else:
        if finetune is None:
            from ..learn.annotated import finetune_pairs as finetune
        protocol = {"loso": loso, "composite": composite}[arguments.protocol]
        said = protocol(checkpoint, pairs.pairs, finetune, arguments.seed, arguments.epochs, Progress)
    # Of leave-one-subject-out within each set there is no overall: its folds were trained on different data.
    return results(sets, pairs, said, together=arguments.protocol != "loso")
