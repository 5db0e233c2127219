"""How much there is to write, and to know, in each front end; read from its source."""

import ast
import fnmatch
import json
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.virtualenvs import REPOSITORY

FRONT_ENDS = ("falcon", "pecan")
_SOURCE = REPOSITORY / "computeapi"
_LOOKUPS = Path(__file__).with_name("ease.toml")
_NO_CODE = frozenset(
    {
        tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
        tokenize.ENCODING, tokenize.ENDMARKER,
    }
)  # fmt: skip
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
METHOD = (
    "Every Python file of a front end is counted. A line of code is one that holds anything but "
    "comments, docstrings and white space. An operation's lines and files are those of its "
    "definitions, shown here as they are in the source. Of validation, what stands inside of a "
    "function is written out; the rest (schemas, attributes of types) is declared."
)


class Stale(LookupError):
    """A place that ``ease.toml`` names is not there any more."""


def measure(lookups: Path = _LOOKUPS, source: Path = _SOURCE) -> dict[str, Any]:
    """Count and extract.

    :param lookups: what to look for.
    :param source: the folder of ``falcon_impl`` and ``pecan_impl``.
    :raises Stale: when something to be looked up is not there.
    """
    wanted = tomllib.loads(lookups.read_text())
    ends = {name: FrontEnd(source / f"{name}_impl") for name in FRONT_ENDS}
    return {
        "lines": {name: end.lines(wanted["roles"][name]) for name, end in ends.items()},
        "validation": {
            name: end.validation(**wanted["validation"][name]) for name, end in ends.items()
        },
        "operations": [_operation(ends, told) for told in wanted["operation"]],
        "corrections": _corrections(ends, wanted["correction"]),
        "know": [_placed(ends, told) for told in wanted["know"]],
        "method": METHOD,
    }


def _operation(ends: dict[str, "FrontEnd"], told: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"title": told["title"], "kind": told["kind"]}
    for name, end in ends.items():
        pieces = [end.piece(**place) for place in told[name]]
        made[name] = {
            "files": len({piece["file"] for piece in pieces}),
            "lines": sum(piece["lines"] for piece in pieces),
            "pieces": pieces,
        }
    return made


def _corrections(ends: dict[str, "FrontEnd"], wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add where each is, what the framework as it comes was seen to do, and whether it fits."""
    seen = probes()
    made = []
    for told in wanted:
        shown = seen[told["probe"]] if "probe" in told else None
        holds = shown is None or told["shows"] in shown
        made.append({**_placed(ends, told), "seen": shown, "holds": holds})
    return made


def probes() -> dict[str, str]:
    """Return what the frameworks as they come do, by the name of the probe.

    :raises subprocess.CalledProcessError: when the frameworks are not installed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "bench.ease_probes"], check=True, capture_output=True, text=True,
        cwd=REPOSITORY,
    )  # fmt: skip
    return json.loads(done.stdout)


def _placed(ends: dict[str, "FrontEnd"], told: dict[str, Any]) -> dict[str, Any]:
    """Add where the text of an entry stands, or just that its file is there."""
    line = ends[told["front_end"]].find(told["file"], told.get("text", ""))
    place = f"computeapi/{told['front_end']}_impl/{told['file']}"
    return {**told, "file": place, "line": line if "text" in told else None}


class FrontEnd:
    """The source of a front end.

    :param folder: its package.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._modules = {
            path.relative_to(folder).as_posix(): Module(path) for path in folder.rglob("*.py")
        }

    def _module(self, file: str) -> "Module":
        if file not in self._modules:
            raise Stale(f"There is no {self._folder.name}/{file}")
        return self._modules[file]

    def lines(self, roles: dict[str, str]) -> list[dict[str, Any]]:
        """Return the count of each file.

        :param roles: the role of the files that fit a pattern; the first one counts.
        :raises Stale: when a file fits none.
        """
        return [
            {"file": file, "role": self._role(file, roles), **module.count()}
            for file, module in sorted(self._modules.items())
        ]

    def _role(self, file: str, roles: dict[str, str]) -> str:
        for pattern, role in roles.items():
            if fnmatch.fnmatchcase(file, pattern):
                return role
        raise Stale(f"{self._folder.name}/{file} has no role")

    def validation(
        self, files: list[str], base: str | None = None, definitions: list[list[str]] = ()
    ) -> dict[str, int]:
        """Return the lines of code that check requests.

        :param files: patterns of the files that do nothing else.
        :param base: the name of the base of classes that do, in other files.
        :param definitions: files and names of what else does.
        """
        declared = written = 0
        for file, module in self._modules.items():
            lines = set()
            if any(fnmatch.fnmatchcase(file, pattern) for pattern in files):
                lines = module.code
            elif base is not None:
                lines = module.code_of(module.subclasses(base))
            for other, name in definitions:
                if other == file:
                    lines = lines | module.code_of([module.definition(name)])
            inside = lines & module.inside_functions()
            written += len(inside)
            declared += len(lines - inside)
        return {"declared": declared, "written_out": written}

    def piece(
        self, file: str, name: str, containing: str | None = None, attributes: bool = False
    ) -> dict[str, Any]:
        """Return the source of a definition.

        :param name: dotted, within the file.
        :param containing: only the statements with this text.
        :param attributes: only the attributes of the class, not its methods.
        :raises Stale: when there is no such thing.
        """
        module = self._module(file)
        node = module.definition(name)
        if containing is not None:
            lines = module.lines_with(node, containing)
        elif attributes:
            lines = module.head(node)
        else:
            lines = module.span(node)
        return {
            "file": f"computeapi/{self._folder.name}/{file}",
            "name": name,
            "line": min(lines),
            "lines": len(lines & module.code),
            "source": module.text(lines),
        }

    def find(self, file: str, text: str) -> int:
        """Return the line of a text.

        :raises Stale: when it is not there.
        """
        return self._module(file).find(text)


class Module:
    """A Python file.

    :ivar code: the numbers of its lines of code.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text = path.read_text().splitlines()
        self._tree = ast.parse(path.read_text(), str(path))
        self._docstrings = set(self._docstring_lines())
        with path.open("rb") as file:
            tokens = [t for t in tokenize.tokenize(file.readline) if t.type not in _NO_CODE]
        used = {line for t in tokens for line in range(t.start[0], t.end[0] + 1)}
        self.code = used - self._docstrings

    def _docstring_lines(self) -> Iterator[int]:
        for node in ast.walk(self._tree):
            if isinstance(node, (ast.Module, ast.ClassDef, *_FUNCTIONS)) and node.body:
                first = node.body[0]
                if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                    yield from range(first.lineno, first.end_lineno + 1)

    def count(self) -> dict[str, int]:
        """Return how many lines there are of each kind."""
        blank = {n for n, line in enumerate(self._text, 1) if not line.strip()} - self._docstrings
        return {
            "code": len(self.code),
            "docstring": len(self._docstrings),
            "blank": len(blank),
            "comment": len(self._text) - len(self.code) - len(self._docstrings) - len(blank),
        }

    def definition(self, name: str) -> ast.AST:
        """Return a class, function or assignment by its dotted name.

        :raises Stale: when there is none.
        """
        node: ast.AST = self._tree
        for part in name.split("."):
            found = [child for child in getattr(node, "body", ()) if _names(child) == part]
            if not found:
                raise Stale(f"There is no {name} in {self._path.name}")
            node = found[0]
        return node

    def subclasses(self, base: str) -> list[ast.AST]:
        """Return the classes with a base of this name."""
        return [
            node
            for node in self._tree.body
            if isinstance(node, ast.ClassDef) and base in {_called(b) for b in node.bases}
        ]

    def span(self, node: ast.AST) -> set[int]:
        """Return the lines of a definition, decorators included."""
        decorators = [decorator.lineno for decorator in getattr(node, "decorator_list", ())]
        return set(range(min([node.lineno, *decorators]), node.end_lineno + 1))

    def head(self, node: ast.AST) -> set[int]:
        """Return the lines of a class without its methods."""
        methods = [child for child in node.body if isinstance(child, _FUNCTIONS)]
        lines = self.span(node) - set().union(*(self.span(method) for method in methods))
        last = max(line for line in lines if self._text[line - 1].strip())
        return {line for line in lines if line <= last}

    def lines_with(self, node: ast.AST, text: str) -> set[int]:
        """Return the lines of a definition that hold a text.

        :raises Stale: when there are none.
        """
        lines = {n for n in self.span(node) & self.code if text in self._text[n - 1]}
        if not lines:
            raise Stale(f"{self._path.name} has no {text!r} where it is looked for")
        return lines

    def code_of(self, nodes: list[ast.AST]) -> set[int]:
        """Return the lines of code of some definitions."""
        return self.code & set().union(*(self.span(node) for node in nodes))

    def inside_functions(self) -> set[int]:
        """Return the lines of all functions."""
        found = [node for node in ast.walk(self._tree) if isinstance(node, _FUNCTIONS)]
        return set().union(*(self.span(node) for node in found))

    def text(self, lines: set[int]) -> str:
        """Return lines as a text, without what they are indented by."""
        picked = [self._text[n - 1] for n in sorted(lines)]
        margin = min(len(line) - len(line.lstrip()) for line in picked if line.strip())
        return "\n".join(line[margin:] for line in picked)

    def find(self, text: str) -> int:
        """Return the first line that holds a text.

        :raises Stale: when none does.
        """
        for number, line in enumerate(self._text, 1):
            if text in line:
                return number
        raise Stale(f"{self._path.name} has no {text!r}")


def _names(node: ast.AST) -> str | None:
    """Return the name that a statement defines."""
    if isinstance(node, (ast.ClassDef, *_FUNCTIONS)):
        return node.name
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return next((target.id for target in targets if isinstance(target, ast.Name)), None)


def _called(base: ast.expr) -> str | None:
    return base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", None)
