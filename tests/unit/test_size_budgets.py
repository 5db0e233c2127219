"""The size budgets of HACKING.rst hold for every file and function but those of tests."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path.relative_to(ROOT)
    for folder in ("bench", "computeapi", "conformance", "testing", "tools")
    for path in (ROOT / folder).rglob("*.py")
    if path.parent.name not in ("tests", "versions")
)
FILE_LINES = 300
FUNCTION_LINES = 30
PARAMETERS = 6

#: Functions beyond a budget, each with its reason.
EXCEPTIONS = {
    "bench/floor.py:_detail": "is one document",
    "bench/nova/populate.py:_server": "fills every field of Nova's objects once",
    "bench/rows.py:server": "is one row",
    "conformance/recorder.py:_keep": "takes the parts of a request and of its answer",
    "computeapi/service/servers/creation.py:_server": "fills every field of a new server once",
}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions of a file, methods included."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its docstring."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    first = function.body[0]
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return lines - ((first.end_lineno or 0) - first.lineno + 1 if is_text else 0)


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the parameters that a caller passes."""
    arguments = function.args
    names = [a.arg for a in arguments.posonlyargs + arguments.args + arguments.kwonlyargs]
    return len([name for name in names if name not in ("self", "cls")])


def is_over(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether a function is beyond a budget."""
    return code_lines(function) > FUNCTION_LINES or parameters(function) > PARAMETERS


def test_files_are_within_the_budget():
    lines = {str(path): len((ROOT / path).read_text().splitlines()) for path in FILES}
    assert {path: count for path, count in lines.items() if count > FILE_LINES} == {}


def test_functions_are_within_the_budgets_and_every_exception_is_needed():
    over = {
        f"{path}:{f.name}": (code_lines(f), parameters(f))
        for path in FILES
        for f in functions(path)
        if is_over(f)
    }
    assert over.keys() == EXCEPTIONS.keys(), over
