"""The changes that microversions made to hypervisors, and the queries about them.

API reference, "Hypervisors" and "REST API Version History".
"""

import re
from collections.abc import Sequence
from typing import Any

from computeapi.api import ids, paging, values
from computeapi.api.paging import Params
from computeapi.api.parameters import BOOLEAN, COUNT, Parameter, Query
from computeapi.api.versions import Version, since, until
from computeapi.domain.errors import Invalid
from computeapi.domain.hypervisors import HypervisorFilters, HypervisorId
from computeapi.domain.paging import PageRequest

CPU_TEXT = until(27, "A hypervisor shows cpu_info as an object.")
CPU_OBJECT = since(28, until=87)
PAGES = since(33, "Lists of hypervisors take limit and marker.")
PAGES_BY_NUMBER = since(33, until=52)
NUMBER = until(52)
UUID = since(
    53,
    "Hypervisors are named by UUID, and lists take hypervisor_hostname_pattern and with_servers.",
)
SEARCH = until(52)
EMPTY_SERVERS = since(75, "A hypervisor without servers shows an empty list of them.")
LOAD = until(87)
UPTIME = since(88, "Hypervisors show their uptime, and no longer what their servers use.")

_PATTERN = re.compile(values.HOST_NAME)


def _paging(into: dict[str, Any], name: str, texts: Sequence[str]) -> None:
    """Note that a page is asked for, which a pattern excludes."""
    into["paging"] = True


def _pattern(into: dict[str, Any], name: str, texts: Sequence[str]) -> None:
    if not _PATTERN.fullmatch(texts[-1]):
        raise paging.invalid(name, texts[-1])
    into[name] = texts[-1]


def _boolean(into: dict[str, Any], name: str, texts: Sequence[str]) -> None:
    try:
        into[name] = values.boolean(texts[-1])
    except ValueError as error:
        raise paging.invalid(name, texts[-1]) from error


_WITH_SERVERS = Parameter("with_servers", _boolean, UUID, single=True, schema=BOOLEAN)
#: The query of a list.
QUERY: Query[dict[str, Any]] = Query(
    Parameter("limit", _paging, PAGES_BY_NUMBER, schema=COUNT),
    Parameter("marker", _paging, PAGES_BY_NUMBER),
    Parameter("limit", _paging, UUID, single=True, schema=COUNT),
    Parameter("marker", _paging, UUID, single=True),
    Parameter("hypervisor_hostname_pattern", _pattern, UUID, single=True),
    _WITH_SERVERS,
    strict=UUID,
)
#: The query of one hypervisor.
SHOW_QUERY: Query[dict[str, Any]] = Query(_WITH_SERVERS, strict=UUID)


def list_request(
    params: Params, version: Version, max_limit: int
) -> tuple[HypervisorFilters, PageRequest]:
    """Read the query of ``GET /os-hypervisors`` and ``GET /os-hypervisors/detail``.

    :param max_limit: the most hypervisors of a page.
    :raises Invalid: when a parameter makes no sense.
    """
    found = QUERY.read(params, version, {})
    if version not in PAGES:
        return HypervisorFilters(), PageRequest(values.INT32_MAX)
    paged = {name: params[name] for name in ("limit", "marker") if name in params}
    page = paging.page_request(paged, max_limit, {}, ("", "asc"))
    pattern = found.get("hypervisor_hostname_pattern")
    if pattern is not None and "paging" in found:
        raise Invalid("hypervisor_hostname_pattern goes with neither limit nor marker.")
    return HypervisorFilters(pattern, found.get("with_servers", False)), page


def show_request(params: Params, version: Version) -> bool:
    """Return whether ``GET /os-hypervisors/{id}`` is to show the servers.

    :raises Invalid: when a parameter makes no sense.
    """
    with_servers: bool = SHOW_QUERY.read(params, version, {}).get("with_servers", False)
    return with_servers


def identifier(text: str, version: Version) -> HypervisorId:
    """Read the id of a hypervisor: its number until 2.52, its UUID since 2.53.

    :raises Invalid: when it is not a UUID, since 2.53.
    """
    if version in UUID:
        return HypervisorId(text, uuid=ids.uuid(text))
    return HypervisorId(text, number=int(text) if values.is_integer(text) else None)
