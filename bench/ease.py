"""How much there is to write in each front end, and what each framework does by default."""

import ast
import json
import subprocess
import sys
import tokenize
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from testing.processes import ROOT

#: What is said of each framework, and the probes that show it.
_DEFAULTS = Path(__file__).with_name("defaults.toml")
_NO_CODE = frozenset(
    {
        tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
        tokenize.ENCODING, tokenize.ENDMARKER,
    }
)  # fmt: skip


def measure() -> dict[str, Any]:
    """Count the lines of code of each front end, and probe the frameworks.

    :raises subprocess.CalledProcessError: when the frameworks are not installed.
    """
    seen = probes()
    statements = tomllib.loads(_DEFAULTS.read_text())
    return {
        "lines": {name: lines(ROOT / "computeapi" / f"{name}_impl") for name in statements},
        "defaults": {
            name: [_checked(seen, *one) for one in entries] for name, entries in statements.items()
        },
    }


def _checked(seen: dict[str, str], matters: str, probe: str, shows: str, says: str) -> Any:
    """Add the outcome of the probe, and whether it shows what is said."""
    holds = not probe or shows in seen[probe]
    return {"matters": matters, "says": says, "seen": seen.get(probe, ""), "holds": holds}


def probes() -> dict[str, str]:
    """Return what the unmodified frameworks do, by the name of the probe.

    :raises subprocess.CalledProcessError: when the frameworks are not installed.
    """
    words = [sys.executable, "-m", "bench.ease_probes"]
    done = subprocess.run(words, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, str] = json.loads(done.stdout)
    return found


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
