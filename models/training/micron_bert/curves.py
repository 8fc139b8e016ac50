"""The model card's second picture: how the figures fall with residual motion and rise with amplitude."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image, ImageDraw

_W, _H, _LEFT, _TOP, _BOTTOM = 380, 270, 46, 30, 44
_COLOURS = ("#1b6ca8", "#c4571b", "#3d8b40")
Series = Mapping[str, Sequence[tuple[float, float]]]


def curves(synthetic: Mapping[str, Mapping], path: Path) -> None:
    """`synthetic` as evaluate_synthetic gives it, by split. PNG with UF1 over residual motion and recall over amplitude."""
    names = {"test": "test", "other": "other renderer"}
    residual = {
        names.get(split, split): [(float(r), row["uf1"]) for r, row in figures["byResidualPx"].items()]
        for split, figures in synthetic.items()
    }
    amplitude = {
        names.get(split, split): [
            (sum(map(float, span.split("-"))) / 2, row["accuracy"]) for span, row in figures["recallByAmplitude"].items()
        ]
        for split, figures in synthetic.items()
    }
    sheet = Image.new("RGB", (2 * _W, _H), "white")
    _plot(sheet, 0, residual, (0, 1.25), "UF1, four labels", "residual motion, px of 112 (root mean square)")
    _plot(sheet, _W, amplitude, (0.1, 0.5), "recall of micro-expressions at 0.25 px", "amplitude, share of the blendshape")
    sheet.quantize(32).save(path, optimize=True)


def _plot(sheet: Image.Image, left: int, series: Series, across: tuple[float, float], title: str, below: str) -> None:
    draw = ImageDraw.Draw(sheet)
    low = min(0.5, *(y for line in series.values() for _, y in line))
    low = int(low * 10) / 10

    def at(x: float, y: float) -> tuple[float, float]:
        share = (x - across[0]) / (across[1] - across[0])
        return (
            left + _LEFT + share * (_W - _LEFT - 14),
            _H - _BOTTOM - (y - low) / (1 - low) * (_H - _TOP - _BOTTOM),
        )

    draw.text((left + _LEFT, 8), title, fill="black")
    draw.text((left + _LEFT, _H - 16), below, fill="black")
    for k in range(round((1 - low) * 10) + 1):
        y = low + k / 10
        draw.line([at(across[0], y), at(across[1], y)], fill="#dddddd")
        draw.text((left + 20, at(0, y)[1] - 6), f"{y:.1f}", fill="black")
    for k in range(6):
        x = across[0] + k * (across[1] - across[0]) / 5
        draw.text((at(x, low)[0] - 9, _H - _BOTTOM + 4), f"{x:.2f}", fill="black")
    for number, (name, line) in enumerate(series.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        spots = [at(x, y) for x, y in line]
        draw.line(spots, fill=colour, width=2)
        for x, y in spots:
            draw.ellipse((x - 3, y - 3, x + 3, y + 3), fill=colour)
        draw.text((left + _LEFT + 8, _H - _BOTTOM - 34 + 14 * number), name, fill=colour)
