"""Command lines: the common part of the parsers of all commands."""

import argparse
import difflib
from collections.abc import Sequence
from importlib import metadata
from typing import Any


def version() -> str:
    """Return the version of computeapi that is installed."""
    return metadata.version("computeapi")


class Parser(argparse.ArgumentParser):
    """Refuses unknown arguments with its own usage, not with that of the whole command."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "allow_abbrev": False})

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse, and refuse the rest: argparse would leave it to the outermost parser."""
        parsed, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}{self._suggestion(unknown[0])}")
        return parsed, unknown

    def _suggestion(self, unknown: str) -> str:
        known = [option for action in self._actions for option in action.option_strings]
        close = difflib.get_close_matches(unknown.partition("=")[0], known, 1)
        return f" (is {close[0]} meant?)" if close else ""


def parser(program: str, description: str) -> Parser:
    """Return the parser of a command, which knows ``--help`` and ``--version``.

    :param program: the command's name.
    """
    result = Parser(prog=program, description=description)
    result.add_argument("--version", action="version", version=f"{program} {version()}")
    return result
