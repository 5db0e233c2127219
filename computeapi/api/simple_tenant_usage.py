"""Facts about the use of servers: the changes to it, and its query parameters.

API reference, "REST API Version History" and "Usage reports".
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from computeapi.api import paging, values
from computeapi.api.paging import Params
from computeapi.api.parameters import COUNT, Parameter, Query
from computeapi.api.versions import Version, since
from computeapi.domain.errors import Invalid

PAGING = since(40, "The use of servers is shown in pages of servers.")
STRICT_QUERY = since(75, "The use of servers refuses query parameters that it does not know.")

_FORMATS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S.%f")


@dataclass(slots=True)
class UsageQuery:
    """The query of a report.

    :ivar start: of the window; None for the moment of the request, as ``stop``.
    :ivar limit: the most servers of a page; None for all of them.
    """

    start: datetime | None = None
    stop: datetime | None = None
    detailed: bool = False
    limit: int | None = None
    marker: str | None = None

    @property
    def window(self) -> tuple[datetime | None, datetime | None]:
        """The start and the end of the window."""
        return self.start, self.stop


def moment(text: str) -> datetime | None:
    """Return a moment of a query; an empty text is none.

    :raises Invalid: when it has none of the forms that the API takes.
    """
    if not text:
        return None
    for form in _FORMATS:
        with suppress(ValueError):
            return datetime.strptime(text, form)
    raise Invalid(f"Datetime is in invalid format: {text[:255]}")


def _start(query: UsageQuery, _name: str, given: Sequence[str]) -> None:
    query.start = moment(given[0])


def _stop(query: UsageQuery, _name: str, given: Sequence[str]) -> None:
    query.stop = moment(given[0])


def _detailed(query: UsageQuery, _name: str, given: Sequence[str]) -> None:
    query.detailed = given[0] == "1"


def _limit(query: UsageQuery, name: str, given: Sequence[str]) -> None:
    try:
        query.limit = values.integer(given[-1])
    except ValueError as error:
        raise paging.invalid(name, given[-1]) from error


def _marker(query: UsageQuery, _name: str, given: Sequence[str]) -> None:
    query.marker = given[-1]


_WINDOW = (Parameter("start", _start), Parameter("end", _stop))
_PAGE = (Parameter("limit", _limit, PAGING, schema=COUNT), Parameter("marker", _marker, PAGING))

LIST_QUERY: Query[UsageQuery] = Query(
    *_WINDOW, Parameter("detailed", _detailed), *_PAGE, strict=STRICT_QUERY
)
SHOW_QUERY: Query[UsageQuery] = Query(*_WINDOW, *_PAGE, strict=STRICT_QUERY)


def usage_query(
    query: Query[UsageQuery], params: Params, version: Version, max_limit: int
) -> UsageQuery:
    """Read the query of a report.

    :param query: :data:`LIST_QUERY` or :data:`SHOW_QUERY`.
    :param max_limit: the most servers of a page, at microversions that have pages.
    :raises Invalid: when a parameter makes no sense, or is not known; see :class:`Query`.
    """
    found = query.read(params, version, UsageQuery())
    if version in PAGING:
        found.limit = max_limit if found.limit is None else min(found.limit, max_limit)
    return found
