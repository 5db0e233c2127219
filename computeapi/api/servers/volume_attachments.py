"""Facts about the volumes of servers (API reference, "Servers with volume attachments")."""

from collections.abc import Sequence

from computeapi.api import paging, values
from computeapi.api.paging import Params
from computeapi.api.parameters import COUNT, Parameter, Query
from computeapi.api.servers.changes import STRICT_QUERY
from computeapi.api.versions import Version

#: The name of a disk in a guest.
DEVICE = r"/dev/x?[a-z]?d?[a-z]+[0-9]*"


def _number(into: dict[str, int], name: str, texts: Sequence[str]) -> None:
    for text in texts:
        try:
            into[name] = values.integer(text)
        except ValueError as error:
            raise paging.invalid(name, text) from error


QUERY: Query[dict[str, int]] = Query(
    Parameter("limit", _number, schema=COUNT),
    Parameter("offset", _number, schema=COUNT),
    strict=STRICT_QUERY,
)


def page(params: Params, version: Version, max_limit: int) -> slice:
    """Return the part of the list of attachments that a request is for.

    :param max_limit: the most items of a page.
    :raises Invalid: when a parameter makes no sense, or is not known.
    """
    bounds = QUERY.read(params, version, {})
    offset = bounds.get("offset", 0)
    return slice(offset, offset + min(bounds.get("limit") or max_limit, max_limit))
