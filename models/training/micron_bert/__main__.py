"""`python3 -m micron_bert STEP`: one command per step, from faces to a model folder."""

from __future__ import annotations

import argparse
import importlib
import sys

from .errors import TrainingError

STEPS = {
    "synthesise": "render the data set: people, light, cameras, micro-expressions and what is none",
    "pretrain": "learn without labels: swap blocks of two frames, find them, reconstruct (arXiv 2304.03195)",
    "finetune": "learn the four labels and the spotting score on pairs",
    "ablate": "train every form on the same small budget and compare",
    "evaluate": "measure: recognition and spotting, on synthetic or annotated data",
    "import-checkpoint": "take over the encoder of the paper's released checkpoint",
    "gather": "figures, thresholds, crops and the picture that export and the model card need",
    "export": "write the model folder that the agent loads",
}
"""Each is a module of `micron_bert.steps` with `configure(parser)` and `run(arguments)`."""


def main(argv: list[str] | None = None) -> int:
    """Exit code 0, or 2 after a message about input that cannot be used."""
    parser = argparse.ArgumentParser(prog="micron_bert", description=__doc__)
    parser.add_argument("step", choices=STEPS, help="; ".join(f"{name}: {what}" for name, what in STEPS.items()))
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="STEP --help lists them")
    chosen = parser.parse_args(argv)
    step = importlib.import_module(f".steps.{chosen.step.replace('-', '_')}", __package__)
    own = argparse.ArgumentParser(prog=f"micron_bert {chosen.step}", description=step.__doc__)
    step.configure(own)
    try:
        step.run(own.parse_args(chosen.arguments))
    except TrainingError as error:
        print(f"micron_bert {chosen.step}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
