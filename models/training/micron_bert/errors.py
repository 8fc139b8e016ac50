"""The one error that the person who trains is meant to read."""

from __future__ import annotations


class TrainingError(Exception):
    """Input that cannot be used. The message names the file and the field and says what to do."""
