"""Operations that were removed from the API: each answers 410."""

from collections.abc import Callable, Mapping
from typing import Any

from computeapi.api.openapi.operations import GONE
from computeapi.api.removed import ABSENT, PATHS, SHARED
from computeapi.domain.errors import Gone
from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose


def gone() -> Callable[..., Any]:
    """Return an exposed method that answers 410."""

    @expose(None, successes=(), faults=frozenset({GONE}))
    def refuse(self: Resource) -> None:
        """Answer that the operation was removed.

        :raises Gone: always.
        """
        raise Gone

    return refuse


def _controller(path: str, tree: Mapping[str, Any]) -> type[Resource]:
    """Return the controller of a path whose operations were removed.

    :param tree: the controllers below it, by segment.
    """
    fixed = {name: child for name, child in tree.items() if not name.startswith("{")}
    items = [child for name, child in tree.items() if name.startswith("{")]
    segment = path.rpartition("/")[2]
    attributes: dict[str, Any] = {method.lower(): gone() for method in PATHS.get(path, ())}
    attributes |= {"children": fixed, "item": items[0] if items else None}
    attributes |= {"absent": ABSENT.get(path, ()), "segment": segment.strip("{}")}
    return type(f"Removed {path}", (Resource,), attributes)


def controllers(prefix: str = "") -> dict[str, type[Resource]]:
    """Return the controllers of the removed paths, by their first segment.

    :param prefix: the path that they are below of, such as ``servers/{server_id}/``. Without one,
        the paths that have other operations, too, are left out.
    """
    below = {
        path.removeprefix(prefix).partition("/")[0] for path in PATHS if path.startswith(prefix)
    }
    return {
        segment: _controller(f"{prefix}{segment}", controllers(f"{prefix}{segment}/"))
        for segment in sorted(below)
        if prefix or segment not in ("servers", *SHARED)
    }


class RemovedServerActionController(ActionResource):
    """The actions of a server that were removed."""

    @action(faults={GONE}, refuses=True)
    def get_rdp_console(self, parameters: object) -> None:
        """Refuse a console of a hypervisor that Nova no longer has."""
        raise Gone

    @action(faults={GONE}, refuses=True)
    def reset_network(self, parameters: object) -> None:
        """Refuse to reset the networks of a server."""
        raise Gone
