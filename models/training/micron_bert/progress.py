"""How far a long step is, and how long it will still take."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

TTY_EVERY_S = 0.2
LOG_EVERY_S = 10.0


class Progress:
    """One line on a terminal, written over and over; elsewhere a line every ten seconds.

    with Progress("crops", 147) as progress:
        for clip in clips:
            ...
            progress.step()
    """

    def __init__(
        self,
        what: str,
        total: int,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
        begin: int = 0,
    ) -> None:
        """`begin`: so many were done before, by a run that this one takes up."""
        self._what, self._total = what, total
        self._stream, self._clock = stream or sys.stderr, clock
        self._tty = self._stream.isatty()
        self._done = self._begin = begin
        self._width = 0
        self._began_s = self._told_s = clock()

    def step(self, count: int = 1, note: str = "") -> None:
        """So many more are done; `note` is shown behind."""
        self._done += count
        now_s = self._clock()
        if now_s - self._told_s >= (TTY_EVERY_S if self._tty else LOG_EVERY_S):
            self._told_s = now_s
            took_s = now_s - self._began_s
            left_s = took_s / max(1, self._done - self._begin) * (self._total - self._done)
            line = f"{self._what}: {self._done} of {self._total}, {duration(left_s)} left"
            self._tell(f"{line}, {note}" if note else line)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The last line says how many were done in what time, also when something went wrong on the way."""
        self._tell(f"{self._what}: {self._done} of {self._total} in {duration(self._clock() - self._began_s)}")
        if self._tty:
            self._stream.write("\n")

    def _tell(self, line: str) -> None:
        # Padded, so that nothing of a longer line before shows.
        self._stream.write(f"\r{line:<{self._width}}" if self._tty else f"{line}\n")
        self._stream.flush()
        self._width = len(line)


def duration(seconds: float) -> str:
    """45 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
