"""Films by the dozen, for measuring: other people and other parts for every number, nothing of them hand-picked."""

from __future__ import annotations

import re

import numpy as np

from .cast import FILMS, Person
from .face import Look
from .script import FRAMES, Event, micro, talk, turn
from .skin import Complexion
from .torso import Outfit

NAME = re.compile(r"(lively|quiet|restless)-([ab])(\d+)")
"""lively: micro-expressions among the rest; quiet: everything but them; restless: heads that nod and turn quickly and
far, and speech. a, b: the room; then the number."""
_PLACES = {"a": ((256, 268, 10.9), (724, 285, 9.6)), "b": ((180, 300, 8.3), (490, 272, 7.5), (790, 290, 7.9))}
_SETS = {
    "positive": ((12,), (6, 12), (12, 25), (6, 12, 25)),
    "surprise": ((1, 2), (1, 2, 5), (1, 2, 25)),
    "negative": ((4,), (4, 7), (9, 17), (1, 4)),
}
_TONES = ((0.90, 0.76, 0.68), (0.82, 0.62, 0.51), (0.70, 0.51, 0.39), (0.52, 0.36, 0.27), (0.36, 0.24, 0.18), (0.27, 0.18, 0.14))


def people(name: str) -> tuple[Person, ...]:
    """The cast of a film: a named one, or one made up from its number. Raises KeyError for neither."""
    if name in FILMS:
        return FILMS[name]
    found = NAME.fullmatch(name)
    if found is None:
        raise KeyError(name)
    kind, room, number = found.groups()
    rng = np.random.default_rng((int(number), ("lively", "quiet", "restless").index(kind)))
    return tuple(_person(rng, f"{room}{k + 1}", place, kind) for k, place in enumerate(_PLACES[room]))


def room(name: str) -> str:
    """The film whose room it is."""
    found = NAME.fullmatch(name)
    return name if found is None else f"plant-{found.group(2)}"


def _person(rng: np.random.Generator, name: str, place: tuple[float, float, float], kind: str) -> Person:
    skin = np.array(_TONES[int(rng.integers(len(_TONES)))]) * rng.uniform(0.93, 1.05)
    hair = tuple(np.array((0.2, 0.13, 0.09)) * rng.uniform(0.3, 1.8))
    look = Look(
        int(rng.integers(500_000, 600_000)), 0.7,
        Complexion(tuple(skin), tuple(skin * (0.88, 0.64, 0.66)), hair, (0.25, 0.2, 0.15),
                   beard=float(rng.choice((0, 0, 0.6))), age=float(rng.uniform(0, 0.7))),
        hair=str(rng.choice(("short", "bob", "bun"))), hair_colour=hair, hair_cm=float(rng.uniform(0.4, 0.9)),
        headgear=(None, "helmet", "cap")[int(rng.integers(3))], headgear_colour=tuple(rng.uniform(0.1, 0.9, 3)),
    )  # fmt: skip
    x, y, scale = place
    return Person(name, look, Outfit(tuple(rng.uniform(0.15, 0.45, 3))), (x, y), scale, _acts(rng, kind))


def _acts(rng: np.random.Generator, film: str) -> tuple[Event, ...]:
    """Acts one after the other with pauses between, from 1.5 s on, so that a face's own noise is known."""
    if film == "restless":
        return _nods(rng)
    lively = film == "lively"
    acts: list[Event] = []
    at = int(rng.integers(38, 60))
    while True:
        kind = str(rng.choice(("micro", "talk", "turn", "smile") if lively else ("talk", "turn", "smile"),
                              p=(0.55, 0.15, 0.2, 0.1) if lively else (0.4, 0.4, 0.2)))  # fmt: skip
        length = {"micro": 11, "talk": int(rng.integers(40, 90)), "turn": int(rng.integers(45, 80)), "smile": 80}[kind]
        if at + length > FRAMES - 15:
            return tuple(acts)
        acts.append(_act(rng, kind, at, length))
        at += length + int(rng.integers(14, 40))


def _nods(rng: np.random.Generator) -> tuple[Event, ...]:
    """Turns and nods that take 0.2 to 0.7 s to get there, as of somebody who talks with the whole body, and speech."""
    acts: list[Event] = []
    at = int(rng.integers(55, 65))
    while True:
        speaks = rng.random() < 0.2
        length = int(rng.integers(40, 70) if speaks else rng.integers(10, 36))
        if at + length > FRAMES - 15:
            return tuple(acts)
        yaw, pitch, roll = float(rng.uniform(-20, 20)), float(rng.uniform(-12, 12)), float(rng.uniform(-5, 5))
        acts.append(_act(rng, "talk", at, length) if speaks else turn(at, at + length, yaw, pitch, roll))
        at += length + int(rng.integers(4, 30))


def _act(rng: np.random.Generator, kind: str, at: int, length: int) -> Event:
    if kind == "micro":
        label = str(rng.choice(list(_SETS)))
        units = _SETS[label][int(rng.integers(len(_SETS[label])))]
        rise = int(rng.integers(3, 6))
        return micro(label, units, at, float(rng.uniform(0.3, 0.6)), rise, rise + int(rng.integers(4, 8)))
    if kind == "talk":
        return talk(at, at + length, float(rng.uniform(0.15, 0.35)))
    if kind == "turn":
        return turn(at, at + length, float(rng.uniform(-13, 13)), float(rng.uniform(-5, 6)), float(rng.uniform(-3, 3)))
    # An ordinary smile: 0.8 s to its apex.
    return Event("none", "macro-expression", (6, 12), at, at + 20, at + length, float(rng.uniform(0.4, 0.8)))
