"""The paths of the API: which lead to version documents, and where a project id stands in one.

API reference, "Service URLs". A path may name the project whose token asks:
``/v2.1/{project_id}/servers``. ``/v2`` is what ``/v2.1`` is, without microversions.
"""

from typing import NamedTuple

from computeapi.api.links import LEGACY_VERSION_PATH, VERSION_PATH

#: The paths of the version documents, which a client reads before it has a token.
VERSION_DOCUMENTS = frozenset(
    {"", "/"} | {f"/{v}{slash}" for v in (VERSION_PATH, LEGACY_VERSION_PATH) for slash in ("", "/")}
)
_OPENAPI = "openapi.json"
#: The paths that need no token: those of the version documents, and of the API's description.
ANONYMOUS = VERSION_DOCUMENTS | {f"/{v}/{_OPENAPI}" for v in (VERSION_PATH, LEGACY_VERSION_PATH)}
#: The resources behind the version whose names do not begin with ``os-``.
_RESOURCES = frozenset(
    {"extensions", "flavors", "images", "limits", _OPENAPI, "servers", "versions"}
)


#: The beginnings of most paths: without a project, and with the version that has microversions.
PLAIN = (*(f"/{VERSION_PATH}/{name}/" for name in sorted(_RESOURCES)), f"/{VERSION_PATH}/os-")


class Path(NamedTuple):
    """A path, taken apart.

    :ivar version: ``v2`` or ``v2.1``.
    :ivar project_id: the id in front of the resource, or None.
    :ivar rest: the path of the resource, without a slash in front.
    """

    version: str
    project_id: str | None
    rest: str


def parse(path: str, own_project_id: str | None) -> Path | None:
    """Take a path apart.

    A segment is a project id if a resource follows it, whatever the id looks like: ids are
    Keystone's to choose. So no id hides a resource, and a path that leads nowhere stays so.

    :param path: the path behind the mount point, decoded.
    :param own_project_id: the project of the token; its id may also end the path, as endpoints
        in a catalog do.
    :returns: None for a path of neither version.
    """
    version, _, rest = path[1:].partition("/")
    if version not in (VERSION_PATH, LEGACY_VERSION_PATH) or path[0] != "/":
        return None
    first, _, below = rest.partition("/")
    if _is_resource(first) or not first:
        return Path(version, None, rest)
    if _is_resource(below.partition("/")[0]) or (first == own_project_id and not below):
        return Path(version, first, below)
    return Path(version, None, rest)


def names_empty_id(path: str) -> bool:
    """Return whether a path ends in a slash, as that of an item does whose id is empty.

    A list is shown by such a path all the same, but where a caller who has lost an id would take
    the list for an answer about one item.

    :param path: the path behind the mount point.
    """
    return path.endswith("/") and path not in VERSION_DOCUMENTS


def _is_resource(segment: str) -> bool:
    return segment in _RESOURCES or segment.startswith("os-")
