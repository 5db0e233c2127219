"""The first line of every docstring names its thing, as HACKING.rst asks."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: The folder whose docstrings name the thing, and say it by no "what".
PLAIN = "computeapi"
FOLDERS = ("bench", "computeapi", "conformance", "doc", "testing", "tests", "tools")
FILES = sorted(
    path.relative_to(ROOT) for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")
)
RIDDLE = re.compile(
    r"^(what|who|whoever|whatever|none|nobody|nothing|tell|let|have|all that|where)\b"
    r"|\b(who|whoever|nobody)\b",
    re.IGNORECASE,
)
WHAT = re.compile(r"\b(what|whatever)\b", re.IGNORECASE)
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def riddles(path):
    """Return the first lines of the docstrings of a file that are riddles."""
    nodes = ast.walk(ast.parse((ROOT / path).read_text()))
    texts = [ast.get_docstring(node) for node in nodes if isinstance(node, DOCUMENTED)]
    lines = [text.splitlines()[0] for text in texts if text]
    is_plain = path.parts[0] == PLAIN
    return [line for line in lines if RIDDLE.search(line) or (is_plain and WHAT.search(line))]


def test_no_docstring_opens_in_a_riddle():
    assert {str(path): found for path in FILES if (found := riddles(path))} == {}
