"""What a face does in a clip: blendshape weights, head pose and light per frame, and the label that follows."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

FRAMES = 6
KINDS = ("micro", "still", "head", "blink", "gaze", "talk", "macro", "light")
LABELS = ("none", "negative", "positive", "surprise")

# Action units as weights of the model's blendshapes; both sides unless the name ends in "!".
UNITS: dict[int, dict[str, float]] = {
    1: {"browInnerUp": 1.0},
    2: {"browOuterUp": 1.0},
    4: {"browDown": 1.0},
    5: {"eyeWide": 1.0},
    6: {"cheekSquint": 1.0, "cheekRaiser": 0.6},
    7: {"eyeSquint": 1.0},
    9: {"noseSneer": 1.0},
    10: {"mouthUpperUp": 0.8},
    12: {"mouthSmile": 1.0},
    14: {"mouthDimple": 1.0, "mouthPress": 0.3},
    15: {"mouthFrown": 1.0},
    17: {"mouthShrugLower!": 1.0},
    20: {"mouthStretch": 1.0},
    23: {"mouthPress": 0.8, "mouthRollUpper!": 0.3},
    25: {"mouthLowerDown": 0.5, "mouthUpperUp": 0.3},
    26: {"jawOpen!": 0.35},
    45: {"eyeBlink": 1.0},
}

# MiE-X (arXiv 2112.01730), table of action units: (always, each of these half the time).
MICRO: dict[str, tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]] = {
    "positive": (((12,), (6, 25)),),
    "surprise": (((1, 2), (5, 25, 26)),),
    "negative": (
        ((4,), (1, 15)),
        ((5, 20, 25, 26), ()),
        ((4, 7), (23,)),
        ((9, 17), (10,)),
        ((14,), ()),
    ),
}


@dataclass
class Act:
    """One clip's script. weights name -> (T,); pose (T,3) deg yaw pitch roll; shift (T,2) cm; gain (T,) of the light;
    turn (T,) deg that the key lamp moves; amplitude (T,) of the micro-expression, 0 elsewhere."""

    kind: str
    label: str
    units: tuple[int, ...]
    weights: dict[str, np.ndarray]
    pose: np.ndarray
    shift: np.ndarray
    gain: np.ndarray
    turn: np.ndarray
    amplitude: np.ndarray
    times_ms: np.ndarray
    unregistered: float = 0.0
    """Share of the head's own motion that registration leaves in the crops."""
    parts: dict[str, float] = field(default_factory=dict)
    """Blendshape -> weight at amplitude 1, for a micro-expression: what truly moves."""


def shapes(units: dict[str, float], left: float = 1.0, right: float = 1.0) -> dict[str, float]:
    """Blendshape names with their side, scaled per side."""
    out: dict[str, float] = {}
    for name, weight in units.items():
        if name.endswith("!"):
            out[name[:-1]] = weight * (left + right) / 2
        else:
            out[f"{name}_L"], out[f"{name}_R"] = weight * left, weight * right
    return out


def _drift(rng: np.random.Generator, size: int, times_ms: np.ndarray) -> np.ndarray:
    """Smooth curves (T,size), 0 at the first frame and of about unit range over half a second."""
    seconds = times_ms[:, None] / 1000
    speed, curl = rng.normal(0, 1, (2, size))
    path = speed * seconds * 2 + curl * np.sin(2 * np.pi * seconds * rng.uniform(0.5, 1.5, size)) * 0.5
    return path - path[0]


def act(rng: np.random.Generator, kind: str, label: str, amplitude: tuple[float, float]) -> Act:
    """A script for one clip. `label` counts for kind "micro" only; every other kind is none."""
    fps = rng.choice((25, 25, 30, 50))
    step = 1000 / fps
    # Rest, rest, on the way, apex, at the apex still, on the way back: micro-expressions reach their apex within 0.2 s.
    rise = rng.uniform(80, 200)
    times = np.array([0, step, rise * 0.5, rise, rise + step, rise + rng.uniform(80, 200)]) + step
    times[:2] = (0, step)
    curve = np.array([0, 0, rng.uniform(0.35, 0.65), 1, rng.uniform(0.85, 1), rng.uniform(0.2, 0.7)])
    weights: dict[str, np.ndarray] = {}

    def add(parts: dict[str, float], values: np.ndarray) -> None:
        for name, weight in parts.items():
            weights[name] = np.clip(weights.get(name, 0) + weight * values, 0, 1)

    steady = np.ones(FRAMES)
    add(shapes({"eyeBlink": 1.0}), steady * rng.uniform(0.02, 0.2))
    _rest_face(rng, add, steady)
    script = Act(
        kind, label if kind == "micro" else "none", (), weights,
        pose=_drift(rng, 3, times) * rng.uniform(0.1, 1.5),
        shift=_drift(rng, 2, times) * rng.uniform(0.02, 0.3),
        gain=steady.copy(), turn=np.zeros(FRAMES), amplitude=np.zeros(FRAMES), times_ms=times,
        unregistered=float(rng.uniform(0, 0.15)),
    )  # fmt: skip
    if rng.random() < 0.3:  # light is never quite steady
        script.gain *= 1 + np.cumsum(rng.normal(0, 0.01, FRAMES))
    if kind == "micro":
        _micro(rng, script, add, curve, amplitude)
    elif kind == "head":
        script.pose += _drift(rng, 3, times) * rng.uniform(2, 8)
        script.shift += _drift(rng, 2, times) * rng.uniform(0.3, 2.0)
        script.unregistered = float(rng.uniform(0, 0.45))
    elif kind == "blink":
        closing = np.array([0, rng.uniform(0, 0.3), rng.uniform(0.3, 0.9), 1, rng.uniform(0.5, 1), rng.uniform(0, 0.6)])
        add(shapes({"eyeBlink": 1.0}), closing * rng.uniform(0.5, 0.95))
        add(shapes({"cheekSquint": 0.15, "browDown": 0.06}), closing * rng.uniform(0, 1))
    elif kind == "gaze":
        _gaze(rng, add, np.clip(curve * rng.uniform(0.8, 1.2) + (times > rise * 0.8) * 0.3, 0, 1))
    elif kind == "talk":
        _talk(rng, add, times / 1000)
    elif kind == "macro":
        _macro(rng, add, times / 1000)
    elif kind == "light":
        script.gain *= 1 + np.linspace(0, 1, FRAMES) ** rng.uniform(0.3, 3) * rng.uniform(-0.35, 0.5)
        script.turn += np.linspace(0, 1, FRAMES) * rng.uniform(-40, 40)
    if kind in ("talk", "macro", "gaze", "blink") and rng.random() < 0.4:
        script.pose += _drift(rng, 3, times) * rng.uniform(1, 5)
        script.unregistered = float(rng.uniform(0, 0.3))
    return script


def _rest_face(rng: np.random.Generator, add, steady: np.ndarray) -> None:
    """Nobody's resting face is neutral: a held expression, a mouth a little open, a gaze off the camera."""
    if rng.random() < 0.5:
        mood = rng.choice(("mouthSmile", "mouthFrown", "browDown", "browInnerUp", "cheekSquint", "mouthPress"))
        add(shapes({str(mood): 1.0}, *rng.uniform(0.7, 1, 2)), steady * rng.uniform(0, 0.45))
    if rng.random() < 0.3:
        add({"jawOpen": 1.0}, steady * rng.uniform(0, 0.25))
    _gaze(rng, add, steady * rng.uniform(0, 0.6))


def _gaze(rng: np.random.Generator, add, values: np.ndarray) -> None:
    across, up = rng.normal(0, 0.6), rng.normal(0, 0.4)
    out, inward = max(across, 0), max(-across, 0)
    add({"eyeLookOut_L": out, "eyeLookIn_R": out, "eyeLookIn_L": inward, "eyeLookOut_R": inward}, values)
    add(shapes({"eyeLookUp": max(up, 0), "eyeLookDown": max(-up, 0)}), values)
    if up < 0:  # the lid follows the eye down
        add(shapes({"eyeBlink": 0.35 * -up}), values)


def _micro(rng: np.random.Generator, script: Act, add, curve: np.ndarray, amplitude: tuple[float, float]) -> None:
    sets = MICRO[script.label]
    always, maybe = sets[int(rng.integers(0, len(sets)))]
    script.units = always + tuple(unit for unit in maybe if rng.random() < 0.5)
    strength = rng.uniform(*amplitude)
    # Micro-expressions are often stronger on one side.
    sides = np.array((1.0, 1.0)) if rng.random() < 0.6 else rng.permutation((1.0, rng.uniform(0.4, 1.0)))
    for unit in script.units:
        relative = rng.uniform(0.8, 1.2)
        for name, weight in shapes(UNITS[unit], *sides).items():
            script.parts[name] = script.parts.get(name, 0) + weight * relative
    add(script.parts, strength * curve)
    script.amplitude = strength * curve


def _talk(rng: np.random.Generator, add, seconds: np.ndarray) -> None:
    """Syllables at 3 to 6 Hz with rounder and wider vowels; frames fall anywhere in them."""

    def wave(low: float, high: float) -> np.ndarray:
        return np.clip(0.5 + 0.6 * np.sin(2 * np.pi * (rng.uniform(low, high) * seconds + rng.random())), 0, 1)

    strength = rng.uniform(0.1, 0.45)
    opening = wave(3, 6) * strength
    add({"jawOpen": 1.0}, opening)
    add(shapes({"mouthLowerDown": 0.6, "mouthUpperUp": rng.uniform(0, 0.3)}), opening)
    add({"mouthFunnel": 1.0, "mouthPucker": 0.5}, wave(1, 3) * rng.uniform(0, 0.35))
    add(shapes({"mouthStretch": 0.5, "mouthSmile": rng.uniform(0, 0.3)}), wave(1, 3) * rng.uniform(0, 0.4))
    add({"mouthClose": 1.0}, (1 - wave(3, 6)) * rng.uniform(0, 0.1))
    if rng.random() < 0.3:  # brows beat time
        add(shapes({"browInnerUp": 1.0, "browOuterUp": 1.0}), wave(0.5, 1.5) * rng.uniform(0, 0.06))


def _macro(rng: np.random.Generator, add, seconds: np.ndarray) -> None:
    """An ordinary expression on its slow way (0.7 s and more to its apex): hardly moves within one clip."""
    sets = MICRO[str(rng.choice(list(MICRO)))]
    always, _ = sets[int(rng.integers(0, len(sets)))]
    level = rng.uniform(0.1, 0.8) + rng.choice((-1, 1)) * rng.uniform(0.02, 0.2) * seconds
    for unit in always:
        add(shapes(UNITS[unit]), np.clip(level, 0, 1))
