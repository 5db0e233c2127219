"""Facts about server groups: the changes to them, and their query parameters.

API reference, "REST API Version History" and "Server groups".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from computeapi.api import paging, values
from computeapi.api.paging import Params
from computeapi.api.parameters import COUNT, Parameter, Query
from computeapi.api.versions import Version, since, until
from computeapi.domain.server_groups import GroupPolicy

OWNER = since(13, "Server groups show their project and user.")
#: A request for a group may name two policies alone.
HARD_POLICIES = until(14)
ALL_POLICIES = since(
    15, "Server groups may have the policies soft-affinity and soft-anti-affinity.", until=63
)
POLICIES = until(63)
POLICY = since(
    64,
    "A server group has one policy, which may have rules: max_server_per_host. It has no metadata.",
)
STRICT_LIST = since(75, "The list of server groups refuses query parameters that it does not know.")
STRICT_SHOW = since(102, "A server group refuses query parameters.")

HARD = (GroupPolicy.ANTI_AFFINITY.value, GroupPolicy.AFFINITY.value)
SOFT = (GroupPolicy.SOFT_ANTI_AFFINITY.value, GroupPolicy.SOFT_AFFINITY.value)


@dataclass(slots=True)
class ServerGroupListQuery:
    """The query of a list of server groups.

    :ivar limit: the most groups; None when the query does not say so.
    :ivar offset: how many groups are left out before them.
    """

    limit: int | None = None
    offset: int = 0
    all_projects: bool = False


def _integer(name: str, given: Sequence[str]) -> int:
    try:
        return values.integer(given[-1])
    except ValueError as error:
        raise paging.invalid(name, given[-1]) from error


def _limit(query: ServerGroupListQuery, name: str, given: Sequence[str]) -> None:
    query.limit = _integer(name, given)


def _offset(query: ServerGroupListQuery, name: str, given: Sequence[str]) -> None:
    query.offset = min(_integer(name, given), values.INT32_MAX)


def _all_projects(query: ServerGroupListQuery, _name: str, _given: Sequence[str]) -> None:
    # Its value is no matter, as in Nova.
    query.all_projects = True


LIST_QUERY: Query[ServerGroupListQuery] = Query(
    Parameter("limit", _limit, schema=COUNT),
    Parameter("offset", _offset, schema=COUNT),
    Parameter("all_projects", _all_projects),
    strict=STRICT_LIST,
)
SHOW_QUERY: Query[ServerGroupListQuery] = Query(strict=STRICT_SHOW)


def list_query(params: Params, version: Version, max_limit: int) -> tuple[int, int, bool]:
    """Return the limit, the offset, and whether groups of all projects are asked for.

    :param max_limit: the most groups of a page, also when the query has no limit, or 0.
    :raises Invalid: when a parameter makes no sense, or is not known; see :class:`Query`.
    """
    query = LIST_QUERY.read(params, version, ServerGroupListQuery())
    return min(query.limit or max_limit, max_limit), query.offset, query.all_projects
