"""The values that a setting of guests' hardware may have, as texts of extra specs and images."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

_TRUE = frozenset({"1", "t", "true", "on", "y", "yes"})
_FALSE = frozenset({"0", "f", "false", "off", "n", "no"})
_INTEGER = re.compile(r"\s*[+-]?[0-9]{1,255}\s*")


class Values(Protocol):
    """The values of a setting."""

    @property
    def description(self) -> str:
        """The values, in words: for the documentation and for messages."""

    def read(self, text: str) -> Any:
        """Read a value.

        :raises ValueError: when the text is none of the values.
        """


@dataclass(frozen=True, slots=True)
class Boolean:
    """A boolean."""

    description: str = "true or false"

    def read(self, text: str) -> bool:
        """Read a value."""
        word = text.strip().lower()
        if word not in _TRUE | _FALSE:
            raise ValueError(text)
        return word in _TRUE


@dataclass(frozen=True, slots=True)
class Integer:
    """An integer, from a minimum to a maximum; None is no bound."""

    minimum: int | None = None
    maximum: int | None = None

    @property
    def description(self) -> str:
        """The bounds."""
        if self.minimum is None:
            return "an integer"
        if self.maximum is None:
            return f"an integer from {self.minimum}"
        return f"an integer from {self.minimum} to {self.maximum}"

    def read(self, text: str) -> int:
        """Read a value."""
        if not _INTEGER.fullmatch(text):
            raise ValueError(text)
        number = int(text)
        is_small = self.minimum is not None and number < self.minimum
        if is_small or (self.maximum is not None and number > self.maximum):
            raise ValueError(text)
        return number


@dataclass(frozen=True, slots=True)
class Choice:
    """A word of a list."""

    words: Sequence[str]

    @property
    def description(self) -> str:
        """The words."""
        return ", ".join(self.words)

    def read(self, text: str) -> str:
        """Read a value."""
        if text not in self.words:
            raise ValueError(text)
        return text


@dataclass(frozen=True, slots=True)
class Text:
    """A text that a regular expression matches as a whole."""

    description: str = "any text"
    pattern: str = r"(?s).*"

    def read(self, text: str) -> str:
        """Read a value."""
        if not re.fullmatch(self.pattern, text):
            raise ValueError(text)
        return text
