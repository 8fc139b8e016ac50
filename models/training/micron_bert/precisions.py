"""Which precision is good enough to be used without being asked for, and what was measured to say so."""

from __future__ import annotations

from collections.abc import Mapping

from .agreement import Agreement, Runner, agreements
from .crops import Pairs

LEAST_AGREEMENT = 0.999
"""Share of labels, and correlation of the spotting score, below which a precision is not recommended: whoever compares
two plants must not read a difference of hardware as one of people."""


def measure(truth: Runner, others: Mapping[str, Runner], pairs: Pairs) -> dict[str, object]:
    """The manifest's `precisions`: the recommended precision for a CPU and for a GPU, and the figures behind it.

    int8 wants real pairs: made-up ones say nothing about the activations that faces cause. On a CPU fp16 is never
    recommended, because ONNX Runtime computes it in fp32 there.
    """
    measured = agreements(truth, others, pairs)
    good = {name for name, agreement in measured.items() if _holds(agreement)}
    return {
        "recommended": {
            "cpu": "int8" if "int8" in good and pairs.labels is not None else "fp32",
            "gpu": "fp16" if "fp16" in good else "fp32",
        },
        "measured": {
            "on": f"{len(pairs.onset)} pairs of {pairs.origin}",
            **{name: agreement.as_json() for name, agreement in measured.items()},
        },
    }


def _holds(agreement: Agreement) -> bool:
    # Not `motion`, which the agent does not follow.
    return min(agreement.label_agreement, agreement.correlation["spot"]) >= LEAST_AGREEMENT
