"""Who does what when: expression weights and head poses per frame, and the events that caused them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .face import Pose

FRAMES = 500
FPS = 25
_EDGE = 10  # frames left quiet at either end, so that the film loops

# Action units as weights of the model's blendshapes, left and right alike unless the name has no side.
UNITS = {
    1: {"browInnerUp": 1.0},
    2: {"browOuterUp": 1.0},
    4: {"browDown": 1.0},
    5: {"eyeWide": 1.0},
    6: {"cheekSquint": 1.0, "cheekRaiser": 0.6},
    7: {"eyeSquint": 1.0},
    9: {"noseSneer": 1.0},
    12: {"mouthSmile": 1.0},
    17: {"mouthShrugLower!": 1.0},
    25: {"mouthLowerDown": 0.5, "mouthUpperUp": 0.3},
    45: {"eyeBlink": 1.0},
}


@dataclass(frozen=True)
class Event:
    """One thing a face does; frames from onset to offset, both still neutral. strength 0-1 of each blendshape."""

    label: str
    kind: str
    aus: tuple[int, ...]
    onset: int
    apex: int
    offset: int
    strength: float = 0.0
    pose: Pose = field(default_factory=Pose)


def micro(label: str, aus: tuple[int, ...], onset: int, strength: float, rise: int = 4, length: int = 11) -> Event:
    """A micro-expression: at most 5 frames to its apex and 12 in all (0.2 and 0.5 s)."""
    if rise > FPS // 5 or length > FPS // 2 or rise >= length:
        raise ValueError(f"too slow for a micro-expression: {rise} of {length} frames")
    return Event(label, "micro-expression", aus, onset, onset + rise, onset + length, strength)


def turn(onset: int, offset: int, yaw: float, pitch: float = 0.0, roll: float = 0.0) -> Event:
    """The head goes somewhere, stays and comes back."""
    return Event("none", "head-motion", (), onset, (onset + offset) // 2, offset, 1.0, Pose(yaw, pitch, roll))


def talk(onset: int, offset: int, strength: float = 0.28) -> Event:
    """The mouth speaks."""
    return Event("none", "talk", (25, 26), onset, (onset + offset) // 2, offset, strength)


def blinks(acts: list[Event], rng: np.random.Generator) -> list[Event]:
    """A blink every 2 to 5 s, none within half a second of a micro-expression."""
    found, at = [], int(rng.integers(20, 60))
    while at < FRAMES - _EDGE - 8:
        if all(at > a.offset + 12 or at + 8 < a.onset - 12 for a in acts if a.kind == "micro-expression"):
            found.append(Event("none", "blink", (45,), at, at + 3, at + 7, 1.0))
            at += int(rng.integers(50, 125))
        else:
            at += 7
    return found


def _ease(t: np.ndarray) -> np.ndarray:
    t = np.clip(t, 0, 1)
    return t * t * (3 - 2 * t)


def envelope(event: Event, frame: np.ndarray) -> np.ndarray:
    """0-1 (N,) at frame numbers (N,): 0 at onset and offset, 1 at the apex (head turns and talk hold it)."""
    if event.kind in ("head-motion", "talk"):
        ramp = min(22, (event.offset - event.onset) / 2) if event.kind == "head-motion" else 5
        return _ease((frame - event.onset) / ramp) * _ease((event.offset - frame) / ramp)
    rise = _ease((frame - event.onset) / (event.apex - event.onset))
    return rise * _ease((event.offset - frame) / (event.offset - event.apex))


def _shapes(units: dict[str, float]) -> dict[str, float]:
    out = {}
    for name, weight in units.items():
        for shape in (name[:-1],) if name.endswith("!") else (f"{name}_L", f"{name}_R"):
            out[shape] = weight
    return out


def _speech(event: Event, frame: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Syllables at 3 to 5 Hz, with rounder and wider vowels."""
    t = frame / FPS
    syllable = np.sin(2 * np.pi * 3.7 * t + 1.5 * np.sin(2 * np.pi * 0.9 * t + rng.uniform(0, 6)))
    open_ = np.clip(0.45 + 0.55 * syllable, 0, 1) * envelope(event, frame) * event.strength
    round_ = np.clip(np.sin(2 * np.pi * 1.3 * t + rng.uniform(0, 6)), 0, 1) * envelope(event, frame)
    wide = np.clip(np.sin(2 * np.pi * 0.8 * t + rng.uniform(0, 6)), 0, 1) * envelope(event, frame)
    out = {"jawOpen": open_, "mouthFunnel": 0.3 * round_ * event.strength / 0.3}
    out |= {f"mouthStretch_{s}": 0.2 * wide for s in "LR"} | {f"mouthLowerDown_{s}": 0.5 * open_ for s in "LR"}
    return out


def perform(acts: list[Event], rng: np.random.Generator) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Blendshape curves name -> (FRAMES,), poses (FRAMES,3) deg yaw pitch roll, body sway (FRAMES,2) cm."""
    frame = np.arange(FRAMES)
    curves: dict[str, np.ndarray] = {}

    def add(name: str, values: np.ndarray) -> None:
        curves[name] = np.clip(curves.get(name, 0) + values, 0, 1)

    # Whole periods per film: the last frame leads into the first.
    def drift(amplitude: float, fastest: int) -> np.ndarray:
        waves = [rng.normal() * np.sin(2 * np.pi * (k * frame / FRAMES + rng.random())) / k for k in range(1, fastest)]
        total = np.sum(waves, 0)
        return amplitude * total / np.abs(total).max()

    pose = np.stack([drift(1.3, 5), drift(0.8, 5), drift(0.7, 5)], 1)
    sway = np.stack([drift(0.45, 5), drift(0.2, 6)], 1)
    for act in acts:
        curve = envelope(act, frame)
        pose += curve[:, None] * (act.pose.yaw, act.pose.pitch, act.pose.roll)
        if act.kind == "talk":
            for name, values in _speech(act, frame, rng).items():
                add(name, values)
        for unit in act.aus if act.kind != "talk" else ():
            for name, weight in _shapes(UNITS[unit]).items():
                add(name, weight * act.strength * curve)
    for side in "LR":
        add(f"eyeBlink_{side}", np.full(FRAMES, 0.06))  # at rest the model stares
    gaze = -0.5 * pose[:, 0] / 30
    for side, sign in (("L", 1), ("R", -1)):
        add(f"eyeLookOut_{side}", np.clip(sign * gaze, 0, 1))
        add(f"eyeLookIn_{side}", np.clip(-sign * gaze, 0, 1))
    return curves, pose, sway
