"""`python3 -m micron_bert export`: an untrained model folder, for plumbing, timing and as a start for training."""

from __future__ import annotations

import argparse
from pathlib import Path

from .comparator import COMPARATORS
from .config import SIZES
from .export import build, export
from .manifest import untrained


def main(argv: list[str] | None = None) -> None:
    """Command line; errors leave as tracebacks, since the reader is the person who trains."""
    parser = argparse.ArgumentParser(prog="micron_bert", description=__doc__)
    command = parser.add_subparsers(dest="command", required=True).add_parser("export", help="write a model folder")
    command.add_argument("--size", choices=SIZES, default="edge")
    command.add_argument("--variant", choices=COMPARATORS, default="edge", help="form of the comparator")
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--out", type=Path, required=True, help="model folder, made if missing")
    arguments = parser.parse_args(argv)

    encoder, comparator = build(SIZES[arguments.size], arguments.variant, arguments.seed)
    provenance = untrained(f"micron-bert-{arguments.size}", arguments.seed)
    export(encoder, comparator, provenance, arguments.out, arguments.seed)


if __name__ == "__main__":
    main()
