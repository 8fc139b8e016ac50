"""MODEL_CARD.md: the manifest in words, for whoever decides whether to use the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .card_tables import measured
from .config import ModelSize
from .facts import Facts

UNTRAINED = (
    "**Untrained.** Weights as the random generator left them; made to install, test and time the path. Labels "
    "are meaningless. Motion scores are not: queries and keys start as the identity, so that what moved stands out."
)
SYNTHETIC = (
    "**Trained on synthetic faces only.** Nobody has shown yet that it works on real ones; every message that the "
    'agent sends says so (`model.evidence: "synthetic"`).'
)
REAL = "**Validated on real faces**, as listed below; elsewhere it may do worse."
_STANDING = {"none": UNTRAINED, "synthetic": SYNTHETIC, "real": REAL}


def card(manifest: Mapping, facts: Facts, size: ModelSize) -> str:
    """Markdown. Everything in it is in the manifest, save `facts.limits`."""
    return "\n".join(_lines(manifest, facts, size)) + "\n"


def _lines(manifest: Mapping, facts: Facts, size: ModelSize) -> Iterator[str]:
    yield f"# {facts.name} {facts.version}"
    yield ""
    yield _STANDING[facts.evidence]
    yield ""
    yield (
        f"- After: Micron-BERT, arXiv 2304.03195. Encoder: {size.image_px} px, patch {size.patch_px}, {size.dim} "
        f"dimensions, {size.depth} blocks, {size.heads} heads. Comparator: the form described in "
        "`models/training/micron_bert/comparator.py` and `dma.py`, which also hold the paper's printed form."
    )
    yield f"- Input: aligned face crops, {size.image_px} x {size.image_px} sRGB, 8 bit, made by `agent/align`."
    yield f"- Output: {', '.join(manifest['labels'])}, and scores of motion."
    yield "- Not for: any decision about people."
    yield f"- Trained on: {facts.training_data}"
    yield f"- Validated on: {', '.join(facts.validated_on) or 'nothing'}"
    yield from (f"- Limit: {sentence}" for sentence in facts.limits)
    yield f"- Licence: {manifest['licence']}."
    if facts.metrics:
        yield ""
        yield "## Measured"
        yield ""
        yield from measured(facts.metrics)
    if "synthetic" in facts.metrics:
        yield "## Where it looked"
        yield ""
        yield "![explanations](explanations.png)"
        yield ""
        yield "Test pairs: where the skin truly moved, the Patch of Interest, and 1 - diag(A) of Diagonal Micro-Attention."
        yield ""
    yield "## Precisions"
    yield ""
    yield from _precisions(manifest["precisions"])


def _precisions(precisions: Mapping) -> Iterator[str]:
    recommended, measured = precisions["recommended"], precisions["measured"]
    yield (
        f"Against PyTorch in fp32, over {measured['on']}; int8 calibrated on {measured['calibratedOn']}. Used unless "
        f"the configuration says otherwise: {recommended['cpu']} on a CPU, {recommended['gpu']} on a GPU."
    )
    yield ""
    rows = {name: values for name, values in measured.items() if isinstance(values, Mapping)}
    scores = list(rows["fp32"]["correlation"])
    with_uf1 = "uf1" in rows["fp32"]
    heads = ["", "largest token error", "same label", *(f"correlation of {score}" for score in scores)]
    heads += ["UF1"] if with_uf1 else []
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for name, values in rows.items():
        cells = [name, values["maxError"]["tokens"], values["labelAgreement"], *values["correlation"].values()]
        cells += [values["uf1"]] if with_uf1 else []
        yield f"| {' | '.join(map(str, cells))} |"
