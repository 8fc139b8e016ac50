"""The ground truth of a film as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from .cast import Person
from .room import HEIGHT, WIDTH, Text
from .script import FPS, Event

SCHEMA = "micron-edge/scene/1"
_NAMED = {
    "leftEye": range(36, 42),
    "rightEye": range(42, 48),
    "nose": (30,),
    "mouth": range(48, 60),
    "leftEar": (0,),
    "rightEar": (16,),
}


def _box(points: np.ndarray) -> list[float]:
    """Forehead to chin, jaw edge to jaw edge, of one frame's points (69,2): [x, y, w, h] px."""
    outline = points[[*range(17), *range(17, 27), 30, 68]]
    low = np.maximum(outline.min(0), 0)
    high = np.minimum(outline.max(0), (WIDTH, HEIGHT))
    return [round(float(v), 1) for v in (*low, *(high - low))]


def _event(event: Event) -> dict[str, object]:
    return {
        "label": event.label,
        "kind": event.kind,
        "aus": list(event.aus),
        "onsetFrame": event.onset,
        "apexFrame": event.apex,
        "offsetFrame": event.offset,
    }


def _person(person: Person, points: np.ndarray, poses: np.ndarray, events: list[Event]) -> dict[str, object]:
    landmarks = {
        name: np.round(points[:, list(rows)].mean(1), 1).tolist() for name, rows in _NAMED.items()
    }
    frames = {
        "box": [_box(p) for p in points],
        "landmarks": landmarks,
        "pose": np.round(poses[: len(points)], 1).tolist(),
        "visible": [1] * len(points),
    }
    return {"id": person.id, "frames": frames, "events": [_event(e) for e in events]}


def write(
    path: Path,
    video: str,
    cast: tuple[Person, ...],
    points: np.ndarray,
    poses: list[np.ndarray],
    events: list[list[Event]],
    text: list[Text],
) -> None:
    """points (frames, people, 69, 2) px, poses (frames, 3) degrees for each person. Arrays under people[].frames are indexed by frame number."""
    people = [_person(p, points[:, k], poses[k], events[k]) for k, p in enumerate(cast)]
    truth = {
        "schema": SCHEMA,
        "video": video,
        "widthPx": WIDTH,
        "heightPx": HEIGHT,
        "fps": FPS,
        "frames": len(points),
        "people": people,
        "text": [{"text": t.text, "box": list(t.box)} for t in text],
    }
    path.write_text(json.dumps(truth, separators=(",", ":")) + "\n")
