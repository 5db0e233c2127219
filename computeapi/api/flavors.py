"""The query parameters of lists of flavors."""

from collections.abc import Mapping, Sequence
from typing import Any

from computeapi.api import paging, values
from computeapi.api.paging import Params
from computeapi.api.parameters import PAGING, Parameter, Query, last
from computeapi.api.versions import Version, since
from computeapi.domain.flavors import FlavorFilters
from computeapi.domain.paging import PageRequest

#: sort_key -> field; None: accepted, but this service has no such thing to sort by.
SORT_KEYS: Mapping[str, str | None] = {
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
    **dict.fromkeys(("created_at", "updated_at", "deleted", "deleted_at", "vcpu_weight")),
}


STRICT_QUERY = since(75, "Lists of flavors refuse query parameters that they do not know.")


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
    Parameter("minRam", _least),
    Parameter("minDisk", _least),
    strict=STRICT_QUERY,
)


def list_request(
    params: Params, max_limit: int, is_admin: bool, version: Version
) -> tuple[FlavorFilters, PageRequest]:
    """Read the query of ``GET /flavors`` and ``GET /flavors/detail``.

    :param is_admin: whether the caller is an administrator; for others ``is_public`` is left out.
    :raises Invalid: when a parameter makes no sense; see :class:`Query`.
    """
    page = paging.page_request(params, max_limit, SORT_KEYS, ("id", "asc"))
    query = QUERY.read(params, version, {})
    filters = FlavorFilters(
        is_public=_is_public(query.get("is_public")) if is_admin else True,
        min_memory_mb=query.get("minRam"),
        min_disk_gb=query.get("minDisk"),
    )
    return filters, page


def _is_public(value: str | None) -> bool | None:
    """Read ``is_public``: absent means public ones, "none" both kinds."""
    if value is None:
        return True
    if value.lower() == "none":
        return None
    return paging.boolean(value, "is_public")
