"""The operations of Nova, whether each front end serves them, and how that is proven."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from computeapi.api.versions import Span
from conformance import exercised
from testing.processes import ROOT
from tests.operations import FRONT_ENDS, REMOVED, Operation, nova, operations

_GABBITS = ROOT / "tests" / "contract" / "gabbits"
_SCOPES = ROOT / "tests" / "contract" / "scopes.yaml"
_REQUESTS = ROOT / "conformance" / "differential" / "requests.yaml"
_WATCHED = ROOT / "conformance" / "watched.yaml"
_DEATHS = ROOT / "conformance" / "deaths.yaml"
_METHODS = ("GET", "POST", "PUT", "DELETE")
_ENDPOINT = re.compile(r"^/v2(\.1)?(?=/|$)")
#: Where a created resource is, in a case of gabbi; all of those are servers.
_LOCATION = re.compile(r"^(\$HISTORY\['[^']*'\]\.)?\$LOCATION")
#: A value of an earlier answer, or of the environment.
_VALUE = re.compile(r"\$\w+\['[^']*'\](\.\$\w+\['[^']*'\])?|\$\w+")


class Row(NamedTuple):
    """An operation.

    :ivar span: the microversions at which Nova has it.
    :ivar served: whether each front end serves it.
    :ivar contract: the files of the contract's cases that send it.
    :ivar proofs: the names of the other proofs that send it.
    :ivar watched: the tests that watch it on a real guest.
    """

    operation: Operation
    span: Span
    served: Mapping[str, bool]
    contract: tuple[str, ...]
    proofs: tuple[str, ...]
    watched: tuple[str, ...]


class Watched(NamedTuple):
    """A test that watches operations on a real guest; see ``watched.yaml``.

    :ivar test: a file below ``tests`` and a function.
    :ivar seen: the observation in or of the guest.
    """

    test: str
    seen: str
    operations: tuple[Operation, ...]


def rows() -> Iterator[Row]:
    """Yield the operations of Nova that did not go before 2.1, in the order of paths."""
    served = {name: operations(name) for name in FRONT_ENDS}
    known = nova() | served["falcon"]
    contract = _contract(tuple(known))
    others = {
        "scopes": _sent(tuple(known), _entries(_SCOPES)["operations"], "request"),
        "differential": _sent(tuple(known), _entries(_REQUESTS), "send"),
        **exercised.kept(),
    }
    for operation, span in sorted(known.items(), key=lambda entry: entry[0][1:] + entry[0][:1]):
        if operation not in REMOVED:
            proofs = tuple(name for name, found in others.items() if operation in found)
            files = tuple(sorted(contract.get(operation, ())))
            by = {name: operation in each for name, each in served.items()}
            tests = tuple(each.test for each in watched() if operation in each.operations)
            yield Row(operation, span, by, files, proofs, tests)


def current() -> list[Row]:
    """Return the operations that Nova has at its newest microversion."""
    known = nova()
    return [row for row in rows() if row.operation in known and row.span.last is None]


@cache
def watched() -> tuple[Watched, ...]:
    """Return the tests that watch operations on real guests."""
    return tuple(
        Watched(
            entry["test"],
            entry["seen"],
            tuple(Operation(*words.split(" ")) for words in entry["operations"]),
        )
        for entry in _entries(_WATCHED)["watched"]
    )


def unwatched() -> Mapping[str, str]:
    """Return the actions on servers that are watched on no real guest, and the reasons."""
    found: Mapping[str, str] = _entries(_WATCHED)["unwatched"]
    return found


def deaths() -> Mapping[str, Mapping[str, str]]:
    """Return the actions that workers carry out, with the tests in which workers die meanwhile.

    A test is a file below ``tests/unit/worker`` and a function; see ``deaths.yaml``.
    """
    found: Mapping[str, Mapping[str, str]] = _entries(_DEATHS)
    return found


@cache
def _entries(path: Path) -> Any:
    # The parser in C takes a tenth of the time, where PyYAML was built with it.
    return yaml.load(path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _sent(known: tuple[Operation, ...], entries: Any, key: str) -> set[Operation]:
    """Return the operations of the requests of a file.

    :param key: of an entry's request, a method and a path.
    """
    found = set()
    for entry in entries:
        request = entry if isinstance(entry, str) else entry[key]
        body = None if isinstance(entry, str) else entry.get("body")
        method, path = request.split(" ", 1)
        found.add(_operation(known, method, path, body))
    return {operation for operation in found if operation}


def _contract(known: tuple[Operation, ...]) -> dict[Operation, set[str]]:
    """Return the files of the contract by the operations that their cases send."""
    found: dict[Operation, set[str]] = {}
    for file in _GABBITS.rglob("*.yaml"):
        for case in _entries(file)["tests"]:
            for method in _METHODS:
                operation = _operation(known, method, case.get(method), case.get("data"))
                if operation is not None:
                    name = file.relative_to(_GABBITS).with_suffix("").as_posix()
                    found.setdefault(operation, set()).add(name)
    return found


def _operation(
    known: tuple[Operation, ...], method: str, url: str | None, body: Any
) -> Operation | None:
    """Return the operation of a request, or None.

    :param url: a path with or without the version, or None.
    """
    if url is None:
        return None
    path = _VALUE.sub("x", _LOCATION.sub("/servers/x", url)).partition("?")[0]
    path = _ENDPOINT.sub("", re.sub(r"{\w+}", "x", path)) or path
    action = next(iter(body), "") if isinstance(body, dict) else ""
    return exercised.find(known, method, path, action)
