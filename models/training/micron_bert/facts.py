"""What only the person who trained can say about a model: read from JSON, for the manifest and the model card."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .errors import TrainingError

SPOT = {"zThreshold": 5, "minScore": 0, "minOnsetMs": 40, "maxDurationMs": 500, "lagsMs": [120, 200]}
"""Thresholds of spotting, as the agent reads them, before anybody has tuned them."""


@dataclass(frozen=True)
class Facts:
    """Where a set of weights comes from and what is known about it."""

    name: str
    version: str
    training_data: str
    evidence: str = "none"
    validated_on: Sequence[str] = ()
    metrics: Mapping[str, object] = field(default_factory=dict)
    spot: Mapping[str, object] = field(default_factory=lambda: dict(SPOT))
    limits: Sequence[str] = ()
    """Sentences for the model card: what not to expect."""

    @property
    def trained(self) -> bool:
        """Weights without evidence are the random generator's."""
        return self.evidence != "none"


def untrained(name: str, seed: int) -> Facts:
    """Weights straight from the random generator."""
    return Facts(name=name, version="0.1.0", training_data=f"none: random initialisation, seed {seed}")


def read_facts(path: Path) -> Facts:
    """Raises TrainingError that names the file and the key when one is missing, unknown or of the wrong kind."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise TrainingError(f"{path}: no such file") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise TrainingError(f"{path}: not JSON ({error})") from error
    _closed(content, _KEYS, str(path))
    _closed(content["spot"], _SPOT_KEYS, f"{path}: spot")
    return Facts(
        name=content["name"],
        version=content["version"],
        training_data=content["trainingData"],
        evidence=content["evidence"],
        validated_on=content["validatedOn"],
        metrics=content["metrics"],
        spot=content["spot"],
        limits=content["limits"],
    )


@dataclass(frozen=True)
class _Rule:
    allowed: str
    fits: Callable[[object], bool]


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) and part for part in value)


def _is_name(value: str) -> bool:
    return re.fullmatch("[a-z0-9-]{1,64}", value) is not None


def _number(least: float, value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= least


_TEXT = _Rule("a text that says something", lambda value: isinstance(value, str) and value.strip() != "")
_TEXTS = _Rule("a list of texts", _texts)
_POSITIVE = _Rule("a number above 0", lambda value: _number(0, value) and value > 0)

_KEYS = {
    "name": _Rule("lower-case letters, digits and '-'", lambda value: isinstance(value, str) and _is_name(value)),
    "version": _TEXT,
    "trainingData": _TEXT,
    "evidence": _Rule("'synthetic' or 'real'", lambda value: value in ("synthetic", "real")),
    "validatedOn": _TEXTS,
    "metrics": _Rule("an object", lambda value: isinstance(value, dict)),
    "spot": _Rule("an object", lambda value: isinstance(value, dict)),
    "limits": _TEXTS,
}

_SPOT_KEYS = {
    "zThreshold": _POSITIVE,
    "minScore": _Rule("a number", lambda value: _number(float("-inf"), value)),
    "minOnsetMs": _Rule("a number, 0 or more", lambda value: _number(0, value)),
    "maxDurationMs": _POSITIVE,
    "lagsMs": _Rule(
        "a list of numbers above 0",
        lambda value: isinstance(value, list) and bool(value) and all(map(_POSITIVE.fits, value)),
    ),
}


def _closed(content: object, keys: Mapping[str, _Rule], where: str) -> None:
    """Exactly these keys, each by its rule."""
    if not isinstance(content, dict):
        raise TrainingError(f"{where}: must be an object with the keys {', '.join(keys)}")
    for key in content.keys() - keys.keys():
        raise TrainingError(f"{where}: {key}: unknown key; known are {', '.join(keys)}")
    for key, rule in keys.items():
        if key not in content:
            raise TrainingError(f"{where}: {key}: missing; must be {rule.allowed}")
        if not rule.fits(content[key]):
            raise TrainingError(f"{where}: {key}: must be {rule.allowed}, not {json.dumps(content[key])}")
