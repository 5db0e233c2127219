"""Images, shown for clients of before microversion 2.36: statuses, progress, query parameters.

API reference, "Images (deprecated)" and "Image metadata (deprecated)".
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from computeapi.api import paging, values
from computeapi.api.paging import Params
from computeapi.api.parameters import Parameter, Query, last
from computeapi.api.versions import Version, until
from computeapi.domain.images import Image, ImageFilters
from computeapi.domain.paging import PageRequest

PROXIED = until(35, "Images are not shown any more: clients ask the image service.")
METADATA_PROXIED = until(
    38, "The metadata of images is not shown any more: clients ask the image service."
)

#: The type of the link that leads to the image service.
ALTERNATE_TYPE = "application/vnd.openstack.image"
#: The property of an image that names the server it was made of.
SERVER_PROPERTY = "instance_uuid"
#: The properties by which a list is filtered, by query parameter.
_PROPERTIES = {"server": SERVER_PROPERTY, "type": "image_type"}
#: A property in the query begins so.
_PREFIX = "property-"
#: The image service's status -> that of this API; all others are unknown.
STATUSES: Mapping[str, str] = {
    "active": "ACTIVE",
    **dict.fromkeys(("queued", "saving", "uploading", "importing"), "SAVING"),
    **dict.fromkeys(("deleted", "pending_delete"), "DELETED"),
    "killed": "ERROR",
}
_PROGRESS = {"queued": 25, "saving": 50, "active": 100}
_KEY = re.compile(values.METADATA_KEY)


def status(image: Image) -> str:
    """Return the status of an image, as this API names it."""
    return STATUSES.get(image.status, "UNKNOWN")


def progress(image: Image) -> int:
    """Return how much of an image's data is there, in per cent."""
    return _PROGRESS.get(image.status, 0)


def metadata(image: Image) -> dict[str, str]:
    """Return the properties of an image whose names this API can show."""
    return {key: value for key, value in image.properties.items() if _KEY.fullmatch(key)}


def _property(into: dict[str, Any], name: str, texts: Sequence[str]) -> None:
    if name.startswith(_PREFIX):
        into.setdefault("properties", {})[name.removeprefix(_PREFIX)] = texts[-1]


def _least(into: dict[str, Any], name: str, texts: Sequence[str]) -> None:
    into[name] = _number(name, texts[-1])


def _page(into: dict[str, Any], name: str, texts: Sequence[str]) -> None:
    for text in texts:
        into[name] = _number(name, text, minimum=1)


def _number(name: str, text: str, minimum: int = 0) -> int:
    try:
        return values.integer(text, minimum)
    except ValueError as error:
        raise paging.invalid(name, text) from error


QUERY: Query[dict[str, Any]] = Query(
    *(Parameter(name, _page) for name in ("limit", "page_size", "offset")),
    *(Parameter(name, last) for name in ("marker", "name", "status", "changes-since")),
    *(Parameter(name, last) for name in _PROPERTIES),
    *(Parameter(name, _least) for name in ("minRam", "minDisk")),
    Parameter("p*", _property),
)


def list_request(
    params: Params, max_limit: int, version: Version
) -> tuple[ImageFilters, PageRequest]:
    """Read the query of ``GET /images`` and ``GET /images/detail``.

    :raises Invalid: when a parameter makes no sense.
    """
    query = QUERY.read(params, version, {})
    properties = dict(query.get("properties", {}))
    for name, key in _PROPERTIES.items():
        if name in query:
            # A server may be named by its URL.
            properties[key] = query[name].rsplit("/", 1)[-1]
    since = query.get("changes-since")
    filters = ImageFilters(
        name=query.get("name"),
        statuses=_statuses(query.get("status")),
        changed_since=None if since is None else _moment(since),
        min_ram=query.get("minRam"),
        min_disk=query.get("minDisk"),
        properties=properties,
    )
    limit = min(query.get("limit", max_limit), max_limit)
    return filters, PageRequest(limit, query.get("marker") or None)


def _statuses(name: str | None) -> tuple[str, ...]:
    """Return the image service's statuses that this API shows as one."""
    if name is None:
        return ()
    return tuple(theirs for theirs, ours in STATUSES.items() if ours == name.upper()) or (name,)


def _moment(text: str) -> Any:
    try:
        return values.moment(text)
    except ValueError as error:
        raise paging.invalid("changes-since", text) from error
