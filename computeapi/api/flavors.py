"""The query parameters of lists of flavors."""

from collections.abc import Mapping

from computeapi.api import paging, values
from computeapi.api.paging import Params
from computeapi.domain.errors import Invalid
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


def list_request(
    params: Params, max_limit: int, is_admin: bool
) -> tuple[FlavorFilters, PageRequest]:
    """Read the query of ``GET /flavors`` and ``GET /flavors/detail``.

    :param is_admin: whether the caller is an administrator; for others ``is_public`` is left out.
    :raises Invalid: when a parameter makes no sense.
    """
    page = paging.page_request(params, max_limit, SORT_KEYS, ("id", "asc"))
    filters = FlavorFilters(
        is_public=_is_public(paging.last(params, "is_public")) if is_admin else True,
        min_memory_mb=_least(params, "minRam"),
        min_disk_gb=_least(params, "minDisk"),
    )
    return filters, page


def _is_public(value: str | None) -> bool | None:
    """Read ``is_public``: absent means public ones, "none" both kinds."""
    if value is None:
        return True
    if value.lower() == "none":
        return None
    try:
        return paging.boolean(value, "is_public")
    except Invalid as error:
        raise paging.invalid("is_public", value) from error


def _least(params: Params, name: str) -> int | None:
    value = paging.last(params, name)
    if value is None:
        return None
    try:
        least = values.integer(value, minimum=-values.MAX_INTEGER)
    except ValueError as error:
        raise paging.invalid(name, value) from error
    # No flavor is larger, and no database compares with more.
    return max(-1, min(least, values.INT32_MAX + 1))
