"""Flavors: the changes that microversions made to them, and the query parameters of lists.

API reference, "REST API Version History" and "Flavors".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from computeapi.api import paging, values
from computeapi.api.paging import Params
from computeapi.api.parameters import INTEGER, PAGING, Parameter, Query, last
from computeapi.api.versions import Version, since, until
from computeapi.domain.flavors import FlavorFilters
from computeapi.domain.paging import PageRequest

PRIVATE_ACCESS = since(7, "A project is given access only to flavors that are not public.")
DESCRIPTION = since(55, "Flavors have a description, which administrators change by PUT.")
EXTRA_SPECS = since(61, "Flavors show their extra specs.")
SWAP_TEXT = until(74)
SWAP_NUMBER = since(75, "Flavors without swap show 0 for it, and no empty string.")
STRICT_QUERY = since(75, "Lists of flavors refuse query parameters that they do not know.")
CHECKED_EXTRA_SPECS = since(
    86, "Extra specs of known namespaces are refused when their name or value is unknown."
)
RXTX_FACTOR = until(101, "Flavors have no rxtx_factor any more, and do not show disabled.")
NAME_FILTER = since(102, "Lists of flavors take the filter name, a regular expression.")
STRICT_SHOW_QUERY = since(
    102, "A flavor, its extra specs and its projects are shown without query parameters only."
)

#: sort_key -> field; None: accepted, but this service has no such thing to sort by.
SORT_KEYS: Mapping[str, str | None] = {
    "description": "description",
    "disabled": "disabled",
    "ephemeral_gb": "ephemeral_gb",
    "flavorid": "id",
    "id": "id",
    "is_public": "is_public",
    "memory_mb": "memory_mb",
    "name": "name",
    "root_gb": "disk_gb",
    "rxtx_factor": "rxtx_factor",
    "swap": "swap_mb",
    "vcpus": "vcpus",
    **dict.fromkeys(("created_at", "updated_at", "vcpu_weight")),
}
_LATER_SORT_KEYS = {name: key for name, key in SORT_KEYS.items() if name != "rxtx_factor"}
#: The id of a project.
PROJECT_ID = r"[a-zA-Z0-9\-]{1,255}"


def _least(into: dict[str, Any], name: str, texts: Sequence[str]) -> None:
    try:
        least = values.integer(texts[-1], minimum=-values.MAX_INTEGER)
    except ValueError as error:
        raise paging.invalid(name, texts[-1]) from error
    # No flavor is larger, and no database compares with more.
    into[name] = max(-1, min(least, values.INT32_MAX + 1))


QUERY: Query[dict[str, Any]] = Query(
    *PAGING,
    Parameter("is_public", last),
    Parameter("minRam", _least, schema=INTEGER),
    Parameter("minDisk", _least, schema=INTEGER),
    Parameter("name", last, NAME_FILTER),
    strict=STRICT_QUERY,
)


#: Of operations that take no query parameters.
NO_QUERY: Query[None] = Query(strict=STRICT_SHOW_QUERY)


def list_request(
    params: Params, max_limit: int, is_admin: bool, version: Version
) -> tuple[FlavorFilters, PageRequest]:
    """Read the query of ``GET /flavors`` and ``GET /flavors/detail``.

    :param is_admin: whether the caller is an administrator; for others ``is_public`` is left out.
    :raises Invalid: when a parameter makes no sense; see :class:`Query`.
    """
    sort_keys = SORT_KEYS if version in RXTX_FACTOR else _LATER_SORT_KEYS
    for key in params.get("sort_key", ()):
        if key not in sort_keys:
            raise paging.invalid("sort_key", key)
    # One key orders flavors: the last one.
    order = {name: params[name][-1:] for name in ("sort_key", "sort_dir") if name in params}
    page = paging.page_request({**params, **order}, max_limit, sort_keys, ("id", "asc"))
    query = QUERY.read(params, version, {})
    filters = FlavorFilters(
        is_public=_is_public(query.get("is_public")) if is_admin else True,
        min_memory_mb=query.get("minRam"),
        min_disk_gb=query.get("minDisk"),
        name=query.get("name"),
    )
    return filters, page


def _is_public(value: str | None) -> bool | None:
    """Read ``is_public``: absent means public ones, "none" both kinds."""
    if value is None:
        return True
    if value.lower() == "none":
        return None
    return paging.boolean(value, "is_public")
