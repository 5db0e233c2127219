"""Facts about the records of moves: the changes to them, and their query parameters.

API reference, "REST API Version History" and "Migrations".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from computeapi.api import paging, values
from computeapi.api.paging import Params
from computeapi.api.parameters import COUNT, MOMENT, Parameter, Query
from computeapi.api.versions import Span, Version, since, until
from computeapi.domain.errors import Invalid
from computeapi.domain.migrations import IN_PROGRESS, Migration, MigrationFilters, MigrationType

TYPE = since(23, "Migrations show their type, and live migrations that go on a link.")
LOOSE = until(58)
UUID = since(
    59, "Migrations have a UUID; lists of them have pages, newest first, and take changes-since."
)
CHANGES_BEFORE = since(66, "Lists of migrations take changes-before.")
OWNER = since(
    80, "Migrations show the user and the project that asked for them, and are filtered by these."
)

_MOMENTS = {"changes-since": "changed_since", "changes-before": "changed_before"}


@dataclass(frozen=True, slots=True)
class MigrationListRequest:
    """A list of records.

    :ivar marker: the UUID of the last record of the page before.
    """

    filters: MigrationFilters
    limit: int
    marker: str | None
    newest_first: bool


def _many(field: str) -> Callable[[dict[str, Any], str, Sequence[str]], None]:
    def read(into: dict[str, Any], name: str, given: Sequence[str]) -> None:
        into[field] = tuple(given)

    return read


def _one(into: dict[str, Any], name: str, given: Sequence[str]) -> None:
    into[name] = given[-1]


def _moment(into: dict[str, Any], name: str, given: Sequence[str]) -> None:
    try:
        into[_MOMENTS[name]] = values.moment(given[-1])
    except ValueError as error:
        raise paging.invalid(name, given[-1]) from error


def _nothing(into: dict[str, Any], name: str, given: Sequence[str]) -> None:
    """Leave a parameter to :func:`list_request`, or without effect."""


def _owner(span: Span, single: bool) -> tuple[Parameter[dict[str, Any]], ...]:
    return tuple(Parameter(name, _one, span, single) for name in ("user_id", "project_id"))


#: The query of a list.
QUERY: Query[dict[str, Any]] = Query(
    Parameter("hidden", _nothing),
    Parameter("host", _many("hosts")),
    Parameter("instance_uuid", _many("server_ids")),
    Parameter("source_compute", _many("source_hosts")),
    Parameter("status", _many("statuses")),
    Parameter("migration_type", _many("types")),
    *_owner(LOOSE, single=False),
    Parameter("limit", _nothing, UUID, single=True, schema=COUNT),
    Parameter("marker", _nothing, UUID, single=True),
    Parameter("changes-since", _moment, UUID, single=True, schema=MOMENT),
    Parameter("changes-before", _moment, CHANGES_BEFORE, single=True, schema=MOMENT),
    *_owner(OWNER, single=True),
    strict=UUID,
)


def list_request(params: Params, version: Version, max_limit: int) -> MigrationListRequest:
    """Read the query of ``GET /os-migrations``.

    :param max_limit: the most records of a page.
    :raises Invalid: when a parameter makes no sense.
    """
    filters = replace(MigrationFilters(), **QUERY.read(params, version, {}))
    since_, before = filters.changed_since, filters.changed_before
    if since_ and before and since_ > before:
        raise Invalid("The value of changes-since must be less than or equal to changes-before.")
    if version not in UUID:
        return MigrationListRequest(filters, values.INT32_MAX, None, newest_first=False)
    limit = paging.integer(params, "limit")
    limit = max_limit if limit is None else min(limit, max_limit)
    marker = paging.last(params, "marker") or None
    return MigrationListRequest(filters, limit, marker, newest_first=True)


def flavor_number(flavor_id: str) -> int | None:
    """Return the number that a record shows for a flavor; None for a flavor without one."""
    if flavor_id.isascii() and flavor_id.isdecimal() and int(flavor_id) <= values.INT32_MAX:
        return int(flavor_id)
    return None


def is_linked(migration: Migration) -> bool:
    """Return whether a record shows links: it is a live migration that goes on."""
    return migration.type == MigrationType.LIVE_MIGRATION and migration.status in IN_PROGRESS


def changed_at(migration: Migration) -> datetime:
    """Return when a record changed last."""
    return migration.updated_at or migration.created_at


#: The counts of bytes that a live migration shows: this service does not count them.
PROGRESS = tuple(
    f"{kind}_{part}_bytes"
    for kind in ("memory", "disk")
    for part in ("total", "processed", "remaining")
)
