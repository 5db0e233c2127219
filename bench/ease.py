"""The lines of code of each front end, and the defaults that it corrects."""

import ast
import tokenize
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from testing.processes import ROOT

#: What is said of each framework; a test asks the frameworks whether it is so.
DEFAULTS = Path(__file__).with_name("defaults.toml")
_NO_CODE = frozenset(
    {
        tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
        tokenize.ENCODING, tokenize.ENDMARKER,
    }
)  # fmt: skip


def measure() -> dict[str, Any]:
    """Return the lines of code of each front end, and the defaults that it corrects."""
    defaults = tomllib.loads(DEFAULTS.read_text())
    return {
        "lines": {name: lines(ROOT / "computeapi" / f"{name}_impl") for name in defaults},
        "defaults": {
            name: [{"matters": matters, "says": says} for matters, _, _, says in entries]
            for name, entries in defaults.items()
        },
    }


def lines(folder: Path) -> dict[str, int]:
    """Return the lines of code of a package by the folder in it that they are in.

    A line of code holds more than a comment, a docstring or white space.
    """
    found: Counter[str] = Counter()
    for path in sorted(folder.rglob("*.py")):
        first, *more = path.relative_to(folder).parts
        found[first if more else "the rest"] += code(path)
    return dict(found)


def code(path: Path) -> int:
    """Return the number of lines of code of a file."""
    with path.open("rb") as file:
        tokens = [t for t in tokenize.tokenize(file.readline) if t.type not in _NO_CODE]
    used = {line for t in tokens for line in range(t.start[0], t.end[0] + 1)}
    for node in ast.walk(ast.parse(path.read_text())):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_text(body[0]):
            used -= set(range(body[0].lineno, (body[0].end_lineno or 0) + 1))
    return len(used)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
