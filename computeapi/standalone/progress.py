"""Shows people the progress: one line a step, with the seconds it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

_WIDTH = 46


class Progress:
    """Writes the lines."""

    def __init__(self, out: TextIO | None = None) -> None:
        """:param out: standard output by default."""
        self._out = out or sys.stdout
        self._started = time.monotonic()

    def say(self, text: str) -> None:
        """Write a line of its own."""
        print(text, file=self._out, flush=True)

    @contextmanager
    def step(self, label: str) -> Iterator[None]:
        """Write the label when the block begins, and the seconds when it ends."""
        begun = time.monotonic()
        print(f"  {label} ".ljust(_WIDTH, "."), end="", file=self._out, flush=True)
        try:
            yield
        except BaseException:
            self.say(" no")
            raise
        self.say(f" {time.monotonic() - begun:5.1f} s")

    def seconds(self) -> float:
        """Return the seconds since this object was made."""
        return time.monotonic() - self._started
