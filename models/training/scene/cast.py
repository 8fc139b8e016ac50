"""The two films' people: looks, places and parts. Nobody here exists."""

from __future__ import annotations

from dataclasses import dataclass

from .face import Look
from .script import Event, micro, talk, turn
from .skin import Complexion
from .torso import Outfit


@dataclass(frozen=True)
class Person:
    """centre: where the head's origin (between nose and eyes) rests, px; px_per_cm: size in the image."""

    id: str
    look: Look
    outfit: Outfit
    centre: tuple[float, float]
    px_per_cm: float
    acts: tuple[Event, ...]


_ADA = Person(
    "a1",
    Look(11, 0.7, Complexion((0.80, 0.60, 0.50), (0.68, 0.40, 0.37), (0.24, 0.16, 0.11), (0.35, 0.45, 0.52),
                          beard=0.35, age=0.6),
         hair_cm=0.5, hair_colour=(0.24, 0.16, 0.11), headgear="helmet"),
    Outfit((0.20, 0.26, 0.38), vest=(0.96, 0.46, 0.10)),
    (256, 268), 10.9,
    (micro("positive", (6, 12), 62, 0.5), turn(95, 165, 10, 3), micro("negative", (4, 7), 200, 0.6),
     talk(225, 275), micro("surprise", (1, 2, 5), 308, 0.55), turn(335, 400, -9, -2, 2),
     micro("negative", (4,), 432, 0.55), micro("positive", (12,), 466, 0.4)),
)  # fmt: skip
_BEN = Person(
    "a2",
    Look(22, 0.7, Complexion((0.47, 0.32, 0.24), (0.46, 0.24, 0.22), (0.08, 0.06, 0.05), (0.20, 0.12, 0.07),
                          age=0.2),
         hair_cm=0.7, hair_colour=(0.07, 0.06, 0.05)),
    Outfit((0.36, 0.40, 0.36)),
    (724, 285), 9.6,
    (talk(30, 90, 0.25), micro("surprise", (1, 2), 130, 0.6), turn(160, 225, -11, 2),
     micro("negative", (9, 17), 262, 0.6), micro("positive", (12, 25), 312, 0.5), turn(345, 410, 8, 5, -2),
     micro("negative", (4, 7), 446, 0.5)),
)  # fmt: skip
_CLEO = Person(
    "b1",
    Look(33, 0.7, Complexion((0.86, 0.68, 0.58), (0.74, 0.42, 0.41), (0.35, 0.22, 0.13), (0.30, 0.42, 0.30),
                          freckles=0.6),
         hair="bob", hair_colour=(0.36, 0.20, 0.10)),
    Outfit((0.25, 0.38, 0.44)),
    (180, 300), 8.3,
    (micro("surprise", (1, 2, 25), 48, 0.5), turn(80, 150, 11, 0, 2), micro("positive", (6, 12), 185, 0.5),
     talk(215, 280, 0.22), micro("negative", (4, 7), 320, 0.6), turn(350, 420, -8, 4),
     micro("positive", (12,), 455, 0.45)),
)  # fmt: skip
_DAN = Person(
    "b2",
    Look(44, 0.7, Complexion((0.68, 0.49, 0.37), (0.58, 0.33, 0.30), (0.10, 0.08, 0.06), (0.25, 0.16, 0.10),
                          beard=0.75),
         hair_cm=0.4, hair_colour=(0.10, 0.08, 0.07), headgear="cap",
         headgear_colour=(0.12, 0.22, 0.45)),
    Outfit((0.42, 0.36, 0.28)),
    (490, 272), 7.5,
    (turn(20, 85, -8, 3), micro("negative", (4,), 120, 0.6), talk(150, 200, 0.25),
     micro("surprise", (1, 2, 5), 238, 0.6),
     turn(265, 330, 12, -2), micro("negative", (9, 17), 368, 0.6), micro("positive", (12, 25), 420, 0.5)),
)  # fmt: skip
_EVE = Person(
    "b3",
    Look(57, 0.7, Complexion((0.58, 0.41, 0.31), (0.58, 0.28, 0.27), (0.09, 0.06, 0.05), (0.18, 0.11, 0.07),
                          age=0.5),
         hair="bun", hair_colour=(0.09, 0.07, 0.06), hair_cm=0.6, headgear="helmet",
         headgear_colour=(0.90, 0.90, 0.88)),
    Outfit((0.24, 0.25, 0.29), vest=(0.80, 0.90, 0.15)),
    (790, 290), 7.9,
    (micro("positive", (6, 12), 35, 0.5), talk(70, 120, 0.25), micro("negative", (4, 7), 155, 0.6),
     turn(190, 260, -10, 2),
     micro("surprise", (1, 2), 296, 0.6), turn(325, 385, 6, 6), micro("positive", (12,), 420, 0.5),
     micro("negative", (4,), 462, 0.5)),
)  # fmt: skip

FILMS: dict[str, tuple[Person, ...]] = {"plant-a": (_ADA, _BEN), "plant-b": (_CLEO, _DAN, _EVE)}
