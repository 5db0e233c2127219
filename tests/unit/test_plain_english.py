"""The first line of every docstring names its thing, as HACKING.rst asks."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("bench", "computeapi", "conformance", "doc", "testing", "tests", "tools")
FILES = sorted(
    path.relative_to(ROOT) for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")
)
RIDDLE = re.compile(
    r"^(what|who|whoever|whatever|none|nobody|nothing|tell|let|have|all that|where)\b"
    r"|\b(who|whoever|nobody)\b",
    re.IGNORECASE,
)
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def riddles(path):
    """Return the docstrings of a file that open in a riddle."""
    nodes = ast.walk(ast.parse((ROOT / path).read_text()))
    texts = [ast.get_docstring(node) for node in nodes if isinstance(node, DOCUMENTED)]
    return [t for t in texts if t and RIDDLE.search(t.splitlines()[0])]


def test_no_docstring_opens_in_a_riddle():
    assert {str(path): found for path in FILES if (found := riddles(path))} == {}
