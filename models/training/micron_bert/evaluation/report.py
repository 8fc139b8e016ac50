"""The measures as JSON and as a table to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..datasets.clip import AnnotatedSet
from ..measures.counts import ratio
from ..measures.recognition import MEGC_CLASSES, by_dataset, recognition
from .pairs import Pairs
from .predict import Said

SCHEMA = "micron-edge/evaluation/1"
ALL = "all"


def results(
    sets: Sequence[AnnotatedSet], pairs: Pairs, said: Sequence[Said], together: bool
) -> dict[str, dict[str, object]]:
    """Per data set; `together` adds the measures over all of them under "all". JSON values."""
    measured = by_dataset([one.answer for one in said])
    found: dict[str, dict[str, object]] = {}
    for source in sets:
        own = [pair for pair in pairs.pairs if pair.dataset == source.dataset]
        found[source.dataset] = {
            **measured[source.dataset].as_json(),
            "preferredNone": _preferred_none([one for one in said if one.answer.dataset == source.dataset]),
            "withoutApex": sum(not pair.at_apex for pair in own),
            "dropped": dict(source.dropped),
            "broken": [*source.broken, *(text for dataset, text in pairs.broken if dataset == source.dataset)],
            "source": str(source.source),
        }
    if together and len(sets) > 1:
        everything = recognition([one.answer for one in said])
        found[ALL] = {**everything.as_json(), "preferredNone": _preferred_none(said)}
    return found


def table(found: Mapping[str, Mapping[str, object]]) -> str:
    """One line per data set, then what was left out, then the confusions."""
    titles = ["", "clips", "people", "UF1", "UAR", *(f"F1 {name}" for name in MEGC_CLASSES), "accuracy", "said none"]
    lines = [titles]
    for name, measures in found.items():
        ratios = [
            measures["uf1"],
            measures["uar"],
            *(measures["classes"][label]["f1"] for label in MEGC_CLASSES),
            measures["accuracy"],
            measures["preferredNone"],
        ]
        lines.append([name, str(measures["clips"]), str(measures["subjects"]), *(f"{value:.3f}" for value in ratios)])
    return "\n".join([_aligned(lines), *_remarks(found), *_confusions(found)]) + "\n"


def _preferred_none(said: Sequence[Said]) -> float:
    """Share of clips in which `none` had the highest logit of all four."""
    return ratio(sum(one.preferred_none for one in said), len(said))


def _remarks(found: Mapping[str, Mapping[str, object]]) -> list[str]:
    lines = []
    for name, measures in found.items():
        if measures["absentClasses"]:
            lines.append(f"{name}: no clip is {' or '.join(measures['absentClasses'])}: left out of the means")
        if measures.get("withoutApex"):
            lines.append(f"{name}: {measures['withoutApex']} clips have no apex: the middle frame was taken")
        if measures.get("dropped"):
            listed = ", ".join(f"{count} {emotion}" for emotion, count in measures["dropped"].items())
            lines.append(f"{name}: not among the three classes: {listed}")
        if measures.get("broken"):
            lines.append(f"{name}: {len(measures['broken'])} clips skipped as broken; --json lists them")
    return ["", *lines] if lines else []


def _confusions(found: Mapping[str, Mapping[str, object]]) -> list[str]:
    lines = []
    for name, measures in found.items():
        rows = [[f"{name}: truth, answer ->", *MEGC_CLASSES]]
        rows += [[label, *map(str, row)] for label, row in zip(MEGC_CLASSES, measures["confusion"])]
        lines += ["", _aligned(rows)]
    return lines


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """First column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join(
        "  ".join(cell.rjust(width) if at else cell.ljust(width) for at, (cell, width) in enumerate(zip(row, widths)))
        for row in rows
    )
