"""How far a long call has come."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO, Union

__all__ = ["Progress", "ProgressBar"]

#: What ``progress=`` takes: ``True`` for a bar, or a function that is called
#: with the name of the stage, what is done, all there is to do (0 if that is
#: not known) and the unit.
Progress = Union[bool, Callable[[str, int, int, str], object], None]


class ProgressBar:
    """Writes a line that grows, to a terminal or a notebook.

    >>> import io
    >>> out = io.StringIO()
    >>> bar = ProgressBar(out, interval=0)
    >>> bar("verifying", 50, 100, "pairs")
    >>> bar.close()
    >>> "verifying" in out.getvalue() and "50 %" in out.getvalue()
    True
    """

    def __init__(self, out: TextIO | None = None, interval: float = 0.2) -> None:
        self._out = out or sys.stderr
        self._interval = interval
        self._last = float("-inf")
        self._width = 0

    def __call__(self, stage: str, done: int, total: int, unit: str) -> None:
        """Show a stage."""
        now = time.monotonic()
        if now - self._last < self._interval:
            return
        self._last = now
        if total:
            share = min(done / total, 1)
            filled = round(share * 24)
            bar = "█" * filled + "░" * (24 - filled)
            line = f"{stage:<10} {bar} {share * 100:>3.0f} % of {total:,} {unit}"
        else:
            line = f"{stage:<10} {done:,} {unit}" if done else stage
        self._write(line)

    def close(self) -> None:
        """Take the line away."""
        if self._width:
            self._write("")
            self._out.write("\r")
            self._out.flush()
            self._width = 0

    def _write(self, line: str) -> None:
        self._out.write("\r" + line.ljust(self._width))
        self._out.flush()
        self._width = len(line)


class Told:
    """Turns ``progress=`` into what the native part calls."""

    def __init__(self, progress: Progress) -> None:
        self._bar = ProgressBar() if progress is True else None
        self.callback: Callable[[str, int, int, str], object] | None = None
        if self._bar is not None:
            self.callback = self._bar
        elif callable(progress):
            self.callback = progress
        elif progress is not None and progress is not False:
            raise TypeError(f"progress: expected True or a function, got {progress!r}")

    def __enter__(self) -> Callable[[str, int, int, str], object] | None:
        return self.callback

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
