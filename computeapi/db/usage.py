"""The use of servers as rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from computeapi.db.prepared import Prepared
from computeapi.db.session import Session
from computeapi.db.tables import SERVER, USAGE_PERIOD, servers, usage_periods
from computeapi.domain.errors import MarkerNotFound
from computeapi.domain.paging import Page
from computeapi.domain.servers import ALL_PROJECTS, AllProjects, Server
from computeapi.domain.usage import TERMINATED, ServerUsage, UsagePeriod, UsageWindow, size_of
from computeapi.ports.usage import UsageRepository

_columns = usage_periods.c
_LAST = Prepared(
    sa.select(*USAGE_PERIOD)
    .where(_columns.server_id == sa.bindparam("server"))
    .order_by(_columns.id.desc())
    .limit(sa.literal_column("1", sa.Integer)),
    UsagePeriod,
)
_ADD = sa.insert(usage_periods)
_END = (
    sa.update(usage_periods)
    .where(_columns.id == sa.bindparam("period"))
    .values(ended_at=sa.bindparam("moment"))
)
#: The columns of a server that its use shows.
_SERVER = tuple(
    servers.c[name]
    for name in ("id", "name", "project_id", "vm_state", "launched_at", "terminated_at")
)


class Usage(UsageRepository):
    """The repository of the use of servers."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def note(self, server: Server) -> None:
        """Begin or end a period when a server was launched, changed its size or was deleted.

        :param server: as it is saved.
        """
        if server.launched_at is None:
            return
        found = self._session.objects(_LAST, {"server": server.id})
        last = found[0] if found else None
        now = server.updated_at or server.launched_at
        is_open = last is not None and last.ended_at is None
        if last is not None and is_open and (server.deleted or not last.has_size_of(server)):
            ended_at = server.terminated_at if server.deleted else now
            self._session.execute(_END, {"period": last.id, "moment": ended_at})
            is_open = False
        if not is_open and not server.deleted:
            self._begin(server, server.launched_at if last is None else now)

    def _begin(self, server: Server, began_at: datetime) -> None:
        vcpus, memory_mb, disk_gb = size_of(server)
        row = {
            "server_id": server.id,
            "project_id": server.project_id,
            "flavor_name": server.flavor_name,
            "vcpus": vcpus,
            "memory_mb": memory_mb,
            "disk_gb": disk_gb,
            "began_at": began_at,
            "ended_at": None,
        }
        self._session.insert(_ADD, row)

    def of_servers(
        self,
        window: UsageWindow,
        project_id: str | AllProjects,
        limit: int | None = None,
        marker: str | None = None,
    ) -> Page[ServerUsage]:
        """See :meth:`computeapi.ports.usage.UsageRepository.of_servers`."""
        if limit == 0:
            return Page([], more=False)
        page = sa.select(*_SERVER).where(*_there(window.start, window.stop))
        if project_id is not ALL_PROJECTS:
            page = page.where(servers.c.project_id == project_id)
        if marker is not None:
            page = page.where(self._after(marker, project_id))
        page = page.order_by(servers.c.project_id, servers.c.id)
        # One server more says whether there are more; without a limit there is no page.
        found = self._with_periods(page if limit is None else page.limit(limit + 1), window)
        return Page(found[:limit], more=limit is not None and len(found) > limit)

    def _after(self, marker: str, project_id: str | AllProjects) -> sa.ColumnElement[bool]:
        statement = sa.select(servers.c.project_id).where(servers.c.id == marker)
        if project_id is not ALL_PROJECTS:
            statement = statement.where(servers.c.project_id == project_id)
        row = self._session.execute(statement).first()
        if row is None:
            raise MarkerNotFound(marker)
        key = sa.tuple_(servers.c.project_id, servers.c.id)
        return key > sa.tuple_(sa.literal(row[0]), sa.literal(marker))

    def _with_periods(self, page: sa.Select[Any], window: UsageWindow) -> list[ServerUsage]:
        shown = page.subquery()
        statement = (
            sa.select(*shown.columns, *USAGE_PERIOD)
            .join(usage_periods, _columns.server_id == shown.c.id)
            .where(_overlaps(_columns.began_at, _columns.ended_at, window.start, window.stop))
            .order_by(shown.c.project_id, shown.c.id, _columns.id)
        )
        width = len(_SERVER)
        rows = [tuple(row) for row in self._session.execute(statement)]
        return [
            _server_usage(server, tuple(UsagePeriod(*row[width:]) for row in group))
            for server, group in groupby(rows, key=lambda row: row[:width])
        ]

    def on_host(self, host: str, start: datetime, stop: datetime) -> Sequence[Server]:
        """Return the servers of a host that were there in a window, deleted ones among them."""
        statement = (
            sa.select(*SERVER)
            .where(*_there(start, stop), servers.c.host == host)
            .order_by(servers.c.id)
        )
        return [Server(*row) for row in self._session.execute(statement)]

    def count_by_host(self, start: datetime, stop: datetime) -> Mapping[str, int]:
        """Count by host the servers that were there in a window, on the host they have now."""
        statement = (
            sa.select(servers.c.host, sa.func.count())
            .where(*_there(start, stop), servers.c.host.is_not(None))
            .group_by(servers.c.host)
        )
        return {host: int(count) for host, count in self._session.execute(statement)}


def _there(start: datetime, stop: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions that a server was there in a window."""
    return (
        servers.c.launched_at.is_not(None),
        _overlaps(servers.c.launched_at, servers.c.terminated_at, start, stop),
    )


def _overlaps(
    began: sa.Column[datetime], ended: sa.Column[datetime], start: datetime, stop: datetime
) -> sa.ColumnElement[bool]:
    return sa.and_(began < stop, sa.or_(ended.is_(None), ended > start))


def _server_usage(server: tuple[Any, ...], periods: tuple[UsagePeriod, ...]) -> ServerUsage:
    server_id, name, project_id, vm_state, launched_at, terminated_at = server
    state = vm_state if terminated_at is None else TERMINATED
    return ServerUsage(server_id, name, project_id, state, launched_at, terminated_at, periods)
