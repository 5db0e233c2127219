"""Applies a patch of ``doc/upstream`` to the library that is installed, at run time.

Only for the variants of the comparison that have it in their names; the service never does so.
The patch itself is what is applied, so that what is measured is what was sent.
"""

import ast
import importlib
import inspect
import re
from collections.abc import Iterable
from types import FunctionType, ModuleType

from bench.processes import ROOT

_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@")

#: the line it begins at, and its lines with the mark in front
Hunk = tuple[int, list[str]]


class StaleError(Exception):
    """A patch does not fit what is installed."""


def apply(name: str) -> None:
    """Apply a patch, whether or not what it changes is imported yet.

    :param name: of its file, without the suffix.
    :raises StaleError: when it does not fit.
    """
    text = (ROOT / "doc" / "upstream" / f"{name}.patch").read_text()
    for path, hunks in hunks_by_file(text).items():
        if "tests" not in path.split("/"):
            module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            _change(importlib.import_module(module), hunks)


def hunks_by_file(text: str) -> dict[str, list[Hunk]]:
    """Return what a unified diff changes in each file."""
    found: dict[str, list[Hunk]] = {}
    hunks: list[Hunk] = []
    for line in text.splitlines():
        if line.startswith("+++ "):
            hunks = found.setdefault(line.removeprefix("+++ b/"), [])
        elif match := _HUNK.match(line):
            hunks.append((int(match[1]), []))
        elif hunks and not line.startswith("--- "):
            hunks[-1][1].append(line)
    return found


def patched(source: str, hunks: Iterable[Hunk]) -> str:
    """Return a source with the hunks applied.

    :raises StaleError: when a line is not as a hunk has it.
    """
    lines, result, position = source.splitlines(), [], 0
    for start, changes in hunks:
        result += lines[position : start - 1]
        position = start - 1
        for change in changes:
            mark, text = change[:1], change[1:]
            if mark != "+":
                if lines[position : position + 1] != [text]:
                    raise StaleError(f"Line {position + 1} is not {text!r}.")
                position += 1
            if mark != "-":
                result.append(text)
    return "\n".join([*result, *lines[position:], ""])


def _change(module: ModuleType, hunks: list[Hunk]) -> None:
    """Change functions and methods where they are: others have imported them by name."""
    source = inspect.getsource(module)
    text = patched(source, hunks)
    if _classes(source) != _classes(text):
        raise StaleError(
            f"A class of {module.__name__} changes: only functions and what methods do can."
        )
    fresh = {
        "__name__": module.__name__,
        "__package__": module.__package__,
        "__file__": module.__file__,
    }
    exec(compile(text, str(module.__file__), "exec"), fresh)
    for name, value in fresh.items():
        current = module.__dict__.setdefault(name, value)
        if getattr(current, "__module__", None) == module.__name__:
            _adopt(current, value)


def _adopt(current: object, fresh: object) -> None:
    """Have a function, or the methods of a class, do what the fresh one does."""
    if isinstance(current, FunctionType) and isinstance(fresh, FunctionType):
        current.__code__ = fresh.__code__
    elif isinstance(current, type):
        for name, method in vars(fresh).items():
            if isinstance(method, FunctionType):
                _adopt(vars(current)[name], method)


def _classes(source: str) -> list[str]:
    """Return all that classes are but for what their methods do."""
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    for method in (part for one in classes for part in one.body):
        if isinstance(method, ast.FunctionDef):
            method.body = []
    return [ast.dump(one) for one in classes]
