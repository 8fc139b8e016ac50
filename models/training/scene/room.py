"""The plant behind the people: walls, machines, pipes, shelves and signs. It does not move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

WIDTH, HEIGHT = 960, 540
_K = 2  # drawn at twice the size
_FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"

Colour = tuple[int, int, int]
Rect = tuple[int, int, int, int]


@dataclass(frozen=True)
class Text:
    """Readable writing in the film; box is [x, y, w, h] px of the ink."""

    text: str
    box: tuple[int, int, int, int]


class _Room:
    """A canvas in film pixels, drawn at twice the size."""

    def __init__(self, wall: Colour, floor: Colour):
        self.image = Image.new("RGB", (WIDTH * _K, HEIGHT * _K), wall)
        self.draw = ImageDraw.Draw(self.image)
        self.text: list[Text] = []
        self.box((0, 0, WIDTH, 34), tuple(int(c * 0.55) for c in wall))
        for x in range(0, WIDTH, 96):  # sheet-metal joints
            self.box((x, 34, x + 1, 372), tuple(int(c * 0.88) for c in wall))
        self.box((0, 372, WIDTH, 380), tuple(int(c * 0.5) for c in wall))
        self.box((0, 380, WIDTH, HEIGHT), floor)
        for x in range(-800, WIDTH + 800, 160):
            dark = tuple(int(c * 0.9) for c in floor)
            self.draw.line([(480 * _K + (x - 480) * _K // 2, 380 * _K), (x * _K, HEIGHT * _K)], fill=dark, width=2)

    def box(self, rect: Rect, fill: Colour, edge: Colour | None = None) -> None:
        self.draw.rectangle([v * _K for v in rect], fill=fill, outline=edge, width=_K)

    def hazard(self, rect: Rect) -> None:
        """Yellow and black stripes."""
        x0, y0, x1, y1 = rect
        tile = Image.new("RGB", ((x1 - x0) * _K, (y1 - y0) * _K), (222, 180, 20))
        draw = ImageDraw.Draw(tile)
        for x in range(-40, x1 - x0 + 40, 24):
            corners = ((x, y1 - y0), (x + 12, y1 - y0), (x + 12 + (y1 - y0), 0), (x + (y1 - y0), 0))
            draw.polygon([(a * _K, b * _K) for a, b in corners], fill=(25, 25, 25))
        self.image.paste(tile, (x0 * _K, y0 * _K))

    def pipe(self, rect: Rect, colour: Colour) -> None:
        """A round pipe filling the rectangle along its longer side."""
        x0, y0, x1, y1 = rect
        upright = y1 - y0 > x1 - x0
        across = x1 - x0 if upright else y1 - y0
        for k in range(across * _K):
            t = (k + 0.5) / (across * _K)
            light = 0.45 + 0.75 * np.exp(-(((t - 0.35) / 0.25) ** 2))
            fill = tuple(min(255, int(c * light)) for c in colour)
            a, b = (x0 * _K + k, y0 * _K), (x0 * _K + k, y1 * _K)
            if not upright:
                a, b = (x0 * _K, y0 * _K + k), (x1 * _K, y0 * _K + k)
            self.draw.line([a, b], fill=fill)

    def machine(self, rect: Rect, colour: Colour) -> None:
        """A cabinet with a window, vents, buttons and a hazard foot."""
        x0, y0, x1, y1 = rect
        dark = tuple(int(c * 0.6) for c in colour)
        self.box(rect, colour, dark)
        self.box((x0, y0, x1, y0 + 10), tuple(min(255, int(c * 1.2)) for c in colour))
        third = (x1 - x0) // 3
        self.box((x0 + 12, y0 + 24, x1 - third, y0 + 84), (38, 48, 54), dark)
        self.draw.line([((x0 + 18) * _K, (y0 + 76) * _K), ((x0 + 60) * _K, (y0 + 30) * _K)], fill=(70, 84, 92), width=8)
        for k in range(5):
            self.box((x0 + 14, y0 + 100 + 9 * k, x1 - third - 4, y0 + 104 + 9 * k), dark)
        for k, lamp in enumerate(((60, 190, 80), (215, 60, 45), (225, 180, 50))):
            x, y = x1 - third // 2 - 5, y0 + 30 + 20 * k
            self.draw.ellipse([x * _K, y * _K, (x + 10) * _K, (y + 10) * _K], fill=lamp, outline=dark)
        self.hazard((x0, y1 - 14, x1, y1))

    def shelf(self, rect: Rect, rng: np.random.Generator) -> None:
        """Steel uprights, boards and boxes."""
        x0, y0, x1, y1 = rect
        for y in range(y0 + 50, y1, 52):
            x = x0 + 6
            while x < x1 - 26:
                w, h = int(rng.integers(18, 40)), int(rng.integers(18, 42))
                tone = rng.integers(-22, 22)
                brown = (166 + tone, 128 + tone, 88 + tone) if rng.random() < 0.7 else (60, 100 + tone, 140)
                self.box((x, y - h, min(x + w, x1 - 6), y), tuple(map(int, brown)), (90, 70, 50))
                x += w + 3
            self.box((x0, y, x1, y + 4), (70, 86, 104))
        for x in (x0, x1 - 5):
            self.box((x, y0, x + 5, y1), (52, 70, 96))

    def lamp(self, x: int, width: int) -> None:
        self.box((x, 20, x + width, 28), (250, 250, 238), (120, 120, 120))

    def sign(self, rect: Rect, lines: list[str], size: int, ink: Colour, paper: Colour, edge: Colour) -> None:
        """A board with centred lines of writing; size is the em in px, capitals are 0.73 of it."""
        self.box(rect, paper, edge)
        x0, y0, x1, y1 = rect
        font = ImageFont.truetype(_FONT, size * _K)
        pitch = (y1 - y0) / len(lines)
        for k, line in enumerate(lines):
            at = ((x0 + x1) / 2 * _K, (y0 + (k + 0.5) * pitch) * _K)
            self.draw.text(at, line, font=font, fill=ink, anchor="mm")
            a, b, c, d = (v / _K for v in self.draw.textbbox(at, line, font=font, anchor="mm"))
            self.text.append(Text(line, (round(a), round(b), round(c - a), round(d - b))))


def _plant_a() -> _Room:
    room = _Room((150, 158, 160), (112, 112, 108))
    room.pipe((0, 46, WIDTH, 60), (120, 134, 140))
    room.pipe((0, 68, WIDTH, 78), (150, 96, 60))
    room.machine((420, 252, 575, 398), (86, 118, 122))
    room.shelf((20, 96, 140, 392), np.random.default_rng(1))
    room.pipe((640, 78, 654, 380), (120, 134, 140))
    room.machine((880, 236, 985, 402), (126, 112, 88))
    room.hazard((0, 404, WIDTH, 416))
    for x in (60, 420, 790):
        room.lamp(x, 130)
    room.sign((812, 88, 950, 146), ["LINE 4"], 35, (255, 255, 255), (24, 78, 150), (230, 230, 230))
    room.sign((386, 88, 632, 184), ["SHIFT B", "06:00-14:00"], 33, (24, 44, 120), (238, 240, 238), (110, 114, 116))
    return room


def _plant_b() -> _Room:
    room = _Room((164, 160, 148), (104, 108, 112))
    room.pipe((0, 42, WIDTH, 52), (90, 120, 100))
    room.machine((268, 210, 396, 396), (104, 92, 116))
    room.shelf((585, 130, 700, 392), np.random.default_rng(2))
    room.pipe((30, 52, 44, 380), (150, 96, 60))
    room.pipe((50, 52, 60, 380), (90, 120, 100))
    room.machine((886, 200, 985, 400), (88, 112, 90))
    room.hazard((0, 406, WIDTH, 418))
    for x in (110, 430, 740):
        room.lamp(x, 120)
    room.sign((76, 70, 296, 132), ["PACKING"], 40, (20, 20, 20), (238, 196, 40), (40, 40, 40))
    room.sign((410, 66, 572, 126), ["LINE 7"], 40, (255, 255, 255), (24, 78, 150), (230, 230, 230))
    room.sign((710, 62, 950, 142), ["WEAR YOUR", "HELMET"], 33, (255, 255, 255), (168, 34, 30), (240, 240, 240))
    return room


def background(name: str) -> tuple[np.ndarray, list[Text]]:
    """The empty room (H,W,3) sRGB 0-1 and its writing."""
    room = {"plant-a": _plant_a, "plant-b": _plant_b}[name]()
    image = room.image.resize((WIDTH, HEIGHT), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(0.6))
    pixels = np.asarray(image, np.float32) / 255
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    # Lamps light the upper wall, corners fall off; fixed grain, so that the encoder need not send it again.
    glow = 1.08 - 0.22 * (y / HEIGHT) - 0.16 * ((x - WIDTH / 2) / (WIDTH / 2)) ** 2
    grain = np.random.default_rng(3).normal(0, 0.010, (HEIGHT, WIDTH, 1))
    return np.clip(pixels * glow[..., None] + grain, 0, 1).astype(np.float32), room.text
