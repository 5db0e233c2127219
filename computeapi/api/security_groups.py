"""Facts about the security groups that this API shows for the network service, until 2.35.

API reference, "Security groups (os-security-groups) (DEPRECATED)".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from computeapi.api import paging, values
from computeapi.api.paging import Params
from computeapi.api.parameters import COUNT, Parameter, Query
from computeapi.api.versions import Version, until

PROXIED = until(35, "Security groups are not shown any more: clients ask the network service.")
#: Characters of a name, and of a description.
MAX_LENGTH = 255


@dataclass(slots=True)
class SecurityGroupListQuery:
    """The query of a list of security groups.

    :ivar limit: the most groups; None when the query does not say so.
    :ivar offset: how many groups are left out before them.
    """

    limit: int | None = None
    offset: int = 0
    all_projects: bool = False


def _number(name: str, given: Sequence[str]) -> int:
    try:
        return min([values.integer(one) for one in given][-1], values.INT32_MAX)
    except ValueError as error:
        raise paging.invalid(name, given[0]) from error


def _limit(query: SecurityGroupListQuery, name: str, given: Sequence[str]) -> None:
    query.limit = _number(name, given)


def _offset(query: SecurityGroupListQuery, name: str, given: Sequence[str]) -> None:
    query.offset = _number(name, given)


def _all_projects(query: SecurityGroupListQuery, _name: str, _given: Sequence[str]) -> None:
    # Its value is no matter, as in Nova.
    query.all_projects = True


LIST_QUERY: Query[SecurityGroupListQuery] = Query(
    Parameter("limit", _limit, schema=COUNT),
    Parameter("offset", _offset, schema=COUNT),
    Parameter("all_tenants", _all_projects),
)


def list_query(params: Params, version: Version, max_limit: int) -> tuple[int, int, bool]:
    """Return the limit, the offset, and whether groups of all projects are asked for.

    :param max_limit: the most groups of a page, also when the query has no limit, or 0.
    :raises Invalid: when a parameter makes no sense.
    """
    query = LIST_QUERY.read(params, version, SecurityGroupListQuery())
    limit = min(query.limit or max_limit, max_limit)
    return limit, query.offset, query.all_projects
