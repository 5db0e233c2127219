"""The operations that a front end serves, and Nova's, by method, path and action.

A name in braces in a path is left empty, as each side has names of its own.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from falcon.routing import map_http_methods

from computeapi.api.removed import PATHS
from computeapi.api.versions import MIN, Span, Version
from computeapi.falcon_impl.actions import Actions
from computeapi.falcon_impl.hooks import span_of
from computeapi.falcon_impl.routes import routes
from computeapi.pecan_impl.controllers.actions import ActionResource
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.controllers.root import RootController
from computeapi.pecan_impl.types.requests import all_fields
from tests.anything import Anything

NOVA = Path(__file__).parent / "unit" / "data" / "nova_operations.tsv"


class Operation(NamedTuple):
    """An operation.

    :ivar path: without the version in front, e.g. ``/servers/{}/action``.
    :ivar action: the key of the body that names the action; empty where there is none.
    """

    method: str
    path: str
    action: str = ""


def nova() -> dict[Operation, Span]:
    """Return the operations of Nova with the microversions at which each is there."""
    lines = (line for line in NOVA.read_text().splitlines() if not line.startswith("#"))
    return {
        Operation(row["method"], _plain(row["path"]), row["action"]): _span(row)
        for row in csv.DictReader(lines, delimiter="\t")
    }


def _span(row: dict[str, str]) -> Span:
    removed = row["removed_in"]
    last = Version(2, _minor(removed) - 1) if removed else None
    return Span(max(MIN, Version(2, _minor(row["min"]))), last)


def _minor(version: str) -> int:
    return int(version.removeprefix("2."))


def _plain(path: str) -> str:
    return re.sub(r"{\w+}", "{}", path)


def _of_paths(paths: Mapping[str, Iterable[str]]) -> Iterator[Operation]:
    for path, methods in paths.items():
        for method in methods:
            yield Operation(method, _plain(f"/{path}"))


#: The operations that answer 410.
REMOVED = {
    *_of_paths(PATHS),
    *(
        Operation("POST", "/servers/{}/action", name)
        for name in ("os-getRDPConsole", "resetNetwork")
    ),
}


#: The operations that are this project's own.
OWN = {Operation("GET", "/openapi.json")}


def falcon(services: Any) -> Iterator[tuple[Operation, Span]]:
    """Yield the operations of the Falcon front end."""
    for route in routes(services):
        path = _plain(route.path.removeprefix("/v2.1") or route.path)
        for method, respond in map_http_methods(route.resource, suffix=route.suffix).items():
            if isinstance(route.resource, Actions):
                for action, _ in route.resource.actions.values():
                    yield Operation(method, path, action.name), action.span
            else:
                yield Operation(method, path), span_of(respond)


def pecan(services: Any) -> Iterator[tuple[Operation, Span]]:
    """Yield the operations of the Pecan front end."""
    yield from _below(RootController(), "")


def _below(controller: Resource, path: str) -> Iterator[tuple[Operation, Span]]:
    plain = _plain(path.removeprefix("/v2.1") or path or "/")
    for method, span in controller.operations.items():
        if isinstance(controller, ActionResource):
            for field in all_fields(controller.post._wsme_definition.body_type):
                yield Operation(method, plain, field.name), field.span & span
        else:
            yield Operation(method, plain), span
    for segment in [*controller.children, *(["{id}"] if controller.item else [])]:
        child, _ = controller._lookup(segment)
        yield from _below(child, f"{path}/{segment}")


FRONT_ENDS: Mapping[str, Callable[[Any], Iterator[tuple[Operation, Span]]]] = {
    "falcon": falcon,
    "pecan": pecan,
}


def operations(front_end: str, services: Any = None) -> dict[Operation, Span]:
    """Return the operations of a front end with the microversions at which each is there.

    Those that answer 410, and those that Nova never had, are left out.
    """
    found: dict[Operation, Span] = {}
    for operation, span in FRONT_ENDS[front_end](services or Anything()):
        if operation not in REMOVED | OWN:
            found[operation] = _joined(found.get(operation), span)
    return found


def _joined(before: Span | None, span: Span) -> Span:
    """Return the span of an operation whose parameters another span changed."""
    return span if before is None else Span(before.first, span.last)
