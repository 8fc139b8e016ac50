"""The model card's tables: what `gather` collected, for people to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

TITLES = {
    "test": "people, light and poses never trained on",
    "other": "another renderer, lens and codec as well",
}


def measured(metrics: Mapping) -> Iterator[str]:
    """Markdown lines for the metrics that `gather` writes; anything else is listed as it is."""
    for name, values in metrics.items():
        if name == "synthetic":
            yield from _synthetic(values)
        elif name == "ablation":
            yield from _ablation(values)
        elif name == "pipeline":
            yield from _pipeline(values)
        else:
            yield from nested({name: values})
        yield ""


def _synthetic(splits: Mapping[str, Mapping]) -> Iterator[str]:
    yield "### Labels of onset and apex, synthetic faces"
    yield ""
    yield "UF1 / UAR over none, negative, positive and surprise, by the root mean square motion between the two crops that registration is assumed to leave (px of a 112 px crop). ![curves](curves.png)"
    yield ""
    residuals = list(next(iter(splits.values()))["byResidualPx"])
    yield f"| set | people | clips | {' | '.join(f'{float(r):g} px' for r in residuals)} |"
    yield "|---" * (3 + len(residuals)) + "|"
    for name, figures in splits.items():
        cells = [f"{row['uf1']:.3f} / {row['uar']:.3f}" for row in figures["byResidualPx"].values()]
        yield f"| {TITLES.get(name, name)} | {figures['people']} | {figures['clips']} | {' | '.join(cells)} |"
    yield ""
    for name, figures in splits.items():
        yield from _detail(TITLES.get(name, name), figures)


def _detail(title: str, figures: Mapping) -> Iterator[str]:
    labels = figures["confusion"]["labels"]
    yield f"At 0.25 px, {title}; rows are the truth:"
    yield ""
    yield f"| | {' | '.join(labels)} |"
    yield "|---" * (1 + len(labels)) + "|"
    for label, row in zip(labels, figures["confusion"]["rowsAreTruth"]):
        yield f"| {label} | {' | '.join(map(str, row))} |"
    yield ""
    spans = ", ".join(f"{span}: {row['accuracy']:.2f}" for span, row in figures["recallByAmplitude"].items())
    yield f"- Recall of micro-expressions by amplitude: {spans}."
    false = ", ".join(f"{kind} {share:.1%}" for kind, share in figures["falseByKind"].items())
    yield f"- Pairs that are none and were called something else: {false}."
    yield f"- Spotting, area under the curve: {figures['spotAuc']:.3f} (by DMA's motion alone: {figures['motionAuc']:.3f})."
    yield (
        f"- Explanations: {figures['poiInsideMoved']:.0%} of the PoI mass lies in the region that truly moved, which "
        f"covers {figures['movedArea']:.0%} of the crop."
    )
    yield ""


def _ablation(rows: Mapping[str, Mapping[str, Mapping]]) -> Iterator[str]:
    first = next(iter(next(iter(rows.values())).values()))
    yield "### What each part is worth"
    yield ""
    yield "Every form trained from the same start on the same small budget (see models/training/README.md), measured on the test people: UF1 by residual motion, mean over the seeds and, with more than one, the spread."
    yield ""
    yield f"| form | seeds | {' | '.join(f'{float(r):g} px' for r in first)} |"
    yield "|---" * (2 + len(first)) + "|"
    for name, seeds in rows.items():
        cells = []
        for residual in first:
            values = [seed[residual]["uf1"] for seed in seeds.values()]
            spread = f" ± {(max(values) - min(values)) / 2:.3f}" if len(values) > 1 else ""
            cells.append(f"{sum(values) / len(values):.3f}{spread}")
        yield f"| {name} | {len(seeds)} | {' | '.join(cells)} |"


def _pipeline(films: Mapping[str, Mapping]) -> Iterator[str]:
    yield "### The whole pipeline, from pixels to events"
    yield ""
    yield "`micron-edge replay FILM --evaluate TRUTH`: definitions in agent/evaluate/README.md."
    yield ""
    yield "| films | face-minutes | to find | spotting F1 | label UF1 | STRS | false events per face-minute of none |"
    yield "|---|---|---|---|---|---|---|"
    for name, row in films.items():
        cells = [f"{value:.3g}" if isinstance(value, float) else str(value) for value in row.values()]
        yield f"| {name} | {' | '.join(cells)} |"


def nested(values: Mapping, indent: str = "") -> Iterator[str]:
    """A list of lists."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield f"{indent}- {name}"
            yield from nested(value, indent + "  ")
        else:
            yield f"{indent}- {name}: {value}"
