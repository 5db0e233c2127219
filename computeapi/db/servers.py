"""Servers as rows."""

from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa

from computeapi.db import paging
from computeapi.db.claims import Claims
from computeapi.db.console_tokens import ConsoleTokens
from computeapi.db.migrations import Migrations
from computeapi.db.notifications import Outbox
from computeapi.db.paging import Key
from computeapi.db.prepared import Prepared
from computeapi.db.server_passwords import ServerPasswords
from computeapi.db.servers_filters import conditions
from computeapi.db.session import Session
from computeapi.db.tables import SERVER, servers
from computeapi.db.tables.columns import WORD, mapped
from computeapi.db.tables.servers import PLAIN
from computeapi.db.usage import Usage as UsagePeriods
from computeapi.domain.claims import Claim
from computeapi.domain.errors import MarkerNotFound
from computeapi.domain.hosts import Usage
from computeapi.domain.paging import Page, PageRequest
from computeapi.domain.servers import (
    ALL_PROJECTS,
    Server,
    ServerBasics,
    ServerDetails,
    ServerFilters,
    ServerSummary,
    ShownServer,
    TaskState,
    VmState,
)
from computeapi.ports.servers import ServerRepository

T = TypeVar("T", ServerBasics, ServerDetails, ServerSummary)

_NEWEST_FIRST = (("created_at", "desc"), ("id", "desc"))
_NAMES = tuple(field.name for field in fields(Server))

_LIVE = servers.c.deleted == sa.bindparam("live", value=False, type_=sa.Boolean)


def _constant(word: str) -> sa.ColumnElement[str]:
    """Return a word as part of a statement's text: plans depend on it."""
    return sa.literal_column(f"'{word}'", WORD)


#: A server whose delete is deferred.
_IS_SOFT_DELETED = servers.c.vm_state == _constant(VmState.SOFT_DELETED)
_BY_ID = (servers.c.id == sa.bindparam("server_id"), _LIVE)
_GET = Prepared(sa.select(*SERVER).where(*_BY_ID), Server)
_GET_SHOWN = Prepared(sa.select(*mapped(servers, ShownServer)).where(*_BY_ID), ShownServer)
_GET_ANY = Prepared(sa.select(*SERVER).where(servers.c.id == sa.bindparam("server_id")), Server)
_GET_LOCKED = Prepared(_GET.statement.with_for_update(), Server)
_ON_HOST = Prepared(
    sa.select(*SERVER).where(servers.c.host == sa.bindparam("host_name"), _LIVE), Server
)
_ADD = sa.insert(servers)
_SAVE = (
    sa.update(servers)
    .where(servers.c.id == sa.bindparam("server_id"))
    .values({c.name: sa.bindparam(c.name) for c in servers.columns if c.name != "id"})
)


def _sum(*columns: sa.Column[int]) -> sa.ColumnElement[int]:
    """Add up columns; a database's integer holds each, but not their sum."""
    return sum((sa.cast(column, sa.BigInteger()) for column in columns), sa.literal_column("0"))


_DISKS = _sum(servers.c.disk_gb, servers.c.image_gb, servers.c.ephemeral_gb)
_SWAP = (_sum(servers.c.swap_mb) + sa.literal_column("1023")) // sa.literal_column("1024")
#: What servers take together: see :attr:`Server.usage`.
_TOTALS: tuple[sa.ColumnElement[Any], ...] = (
    sa.func.count(),
    sa.func.coalesce(sa.func.sum(_sum(servers.c.vcpus, servers.c.reserved_vcpus)), 0),
    sa.func.coalesce(sa.func.sum(_sum(servers.c.memory_mb, servers.c.reserved_memory_mb)), 0),
    sa.func.coalesce(sa.func.sum(_DISKS + _SWAP), 0),
)


def counted(*sums: Any) -> Usage:
    """Return the use that a row of sums tells."""
    return Usage(*map(int, sums))


_USAGE = Prepared(
    sa.select(*_TOTALS).where(
        servers.c.project_id == sa.bindparam("project"),
        _LIVE,
        # One that is being restored counts already, so that no other takes its place.
        sa.or_(~_IS_SOFT_DELETED, servers.c.task_state == _constant(TaskState.RESTORING)),
    ),
    counted,
)
_USAGE_OF_USER = Prepared(
    _USAGE.statement.where(servers.c.user_id == sa.bindparam("owner")), counted
)


class Servers(ServerRepository):
    """The repository of servers."""

    __slots__ = ("_outbox", "_session")

    def __init__(self, session: Session, outbox: Outbox | None = None) -> None:
        self._session = session
        self._outbox = outbox

    def get(self, server_id: str, lock: bool = False) -> Server | None:
        """Return a live server.

        :param lock: keep other transactions from changing it until this one ends.
        """
        results = self._session.objects(_GET_LOCKED if lock else _GET, {"server_id": server_id})
        return results[0] if results else None

    def get_shown(self, server_id: str) -> ShownServer | None:
        """Return a live server, with no more than its document shows."""
        found = self._session.objects(_GET_SHOWN, {"server_id": server_id})
        return found[0] if found else None

    def get_any(self, server_id: str) -> Server | None:
        """Return a server, live or deleted."""
        found = self._session.objects(_GET_ANY, {"server_id": server_id})
        return found[0] if found else None

    def list(self, filters: ServerFilters, page: PageRequest) -> Page[ServerDetails]:
        """Return a page, newest first unless sorted.

        :raises MarkerNotFound: when the marker is no server of ``filters.project_id``.
        :raises Invalid: when a regular expression is none.
        :raises ValueError: when a field to sort or filter by is unknown.
        """
        return self._list(ServerDetails, filters, page)

    def basics(self, filters: ServerFilters, page: PageRequest) -> Page[ServerBasics]:
        """Return the same page as :meth:`list`, with no more than every microversion shows.

        :raises: as :meth:`list`.
        """
        return self._list(ServerBasics, filters, page)

    def summaries(self, filters: ServerFilters, page: PageRequest) -> Page[ServerSummary]:
        """Return the same page as :meth:`list`, with no more than a summary of each server.

        :raises: as :meth:`list`.
        """
        return self._list(ServerSummary, filters, page)

    def _list(self, kind: type[T], filters: ServerFilters, page: PageRequest) -> Page[T]:
        keys = _sort_keys(tuple(page.sort) or _NEWEST_FIRST)
        marker = None if page.marker is None else self._marker(filters, page.marker, keys)
        parameters = _project_parameters(filters)
        one_range = marker is not None and paging.is_one_range(keys)
        prepared: Prepared[T] = _page(
            kind,  # type: ignore[arg-type]  # a class is hashable, if its instances are not
            keys,
            filters.project_id is not ALL_PROJECTS,
            (filters.deleted, filters.soft_deleted),
            one_range,
            page.limit + 1,
        )
        more = conditions(self._session.dialect, filters)
        if marker is not None and one_range:
            parameters |= {f"marker_{k.name}": v for k, v in zip(keys, marker, strict=True)}
        elif marker is not None:
            more.append(paging.after(keys, marker))
        if more:
            statement = prepared.statement.where(*more)
            results = [kind(*row) for row in self._session.execute(statement, parameters).all()]
        else:
            results = self._session.objects(prepared, parameters)
        return Page(results[: page.limit], more=len(results) > page.limit)

    def on_host(self, host: str) -> Sequence[Server]:
        """Return the live servers of a host."""
        return self._session.objects(_ON_HOST, {"host_name": host})

    def add(self, server: Server) -> None:
        """Keep a new server, and its claim on its host if it has one."""
        if self._outbox is not None:
            self._outbox.add(server)
        self._session.execute(_ADD, _row(server))
        if server.host is not None and not server.deleted:
            Claims(self._session).add(Claim.of(server.id, server.host, server.usage))

    def save(self, server: Server) -> None:
        """Keep a server's changes. One that is deleted has neither claims, console tokens nor a
        password, and no move that waits to be confirmed.

        :raises LookupError: when it was never added.
        """
        if self._outbox is not None:
            self._outbox.save(server)
        row = _row(server)
        row["server_id"] = row.pop("id")
        if self._session.execute(_SAVE, row).rowcount != 1:
            raise LookupError(f"There is no server {server.id} to save")
        UsagePeriods(self._session).note(server)
        if server.deleted:
            Claims(self._session).remove_all(server.id)
            ConsoleTokens(self._session).remove_of(server.id)
            ServerPasswords(self._session).remove(server.id)
            Migrations(self._session).confirm(server.id, server.updated_at or self._session.now())

    def usage(self, project_id: str, user_id: str | None = None) -> Usage:
        """Count the resources of a project's live servers, or of those of one user in it.

        Those whose delete is deferred do not count.
        """
        prepared = _USAGE if user_id is None else _USAGE_OF_USER
        owner = {} if user_id is None else {"owner": user_id}
        (usage,) = self._session.objects(prepared, {"project": project_id, **owner})
        return usage

    def _marker(
        self, filters: ServerFilters, marker: str, keys: tuple[Key, ...]
    ) -> tuple[Any, ...]:
        """Return the marker's values of the sort keys."""
        parameters = {"server_id": marker, **_project_parameters(filters)}
        results = self._session.objects(
            _marker_values(keys, filters.project_id is not ALL_PROJECTS), parameters
        )
        if not results:
            raise MarkerNotFound(marker)
        return results[0]


def _row(server: Server) -> dict[str, Any]:
    row = {name: getattr(server, name) for name in _NAMES}
    row["changed_at"] = server.updated_at or server.created_at
    return row


def _project_parameters(filters: ServerFilters) -> dict[str, Any]:
    """Return the parameter of :func:`_project`; one that is None equals no row's project."""
    return {} if filters.project_id is ALL_PROJECTS else {"project": filters.project_id}


@lru_cache(maxsize=256)
def _sort_keys(sort: tuple[tuple[str, str], ...]) -> tuple[Key, ...]:
    return paging.sort_keys(sort, PLAIN)


@lru_cache(maxsize=256)
def _marker_values(keys: tuple[Key, ...], of_project: bool) -> Prepared[tuple[Any, ...]]:
    statement = sa.select(*(key.column for key in keys)).where(
        servers.c.id == sa.bindparam("server_id")
    )
    if of_project:
        statement = statement.where(_project())
    return Prepared(statement, lambda *values: values)


@lru_cache(maxsize=512)
def _page(
    kind: type[T],
    keys: tuple[Key, ...],
    of_project: bool,
    deleted: tuple[bool | None, bool | None],
    after: bool,
    limit: int,
) -> Prepared[T]:
    """Build the statement of a page; building costs more than running it.

    The limit is part of its text: PostgreSQL would take a parameter for a tenth of the table, and
    plan every page anew rather than keep such a plan.
    """
    columns = (servers.c[field.name] for field in fields(kind))
    statement = sa.select(*columns).order_by(*paging.order_by(keys))
    if of_project:
        statement = statement.where(_project())
    statement = statement.where(*_visible(*deleted))
    if after:
        statement = statement.where(paging.after_parameters(keys))
    return Prepared(statement.limit(sa.literal_column(str(limit), sa.Integer)), kind)


def _visible(deleted: bool | None, soft_deleted: bool | None) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on deleted servers; see :class:`ServerFilters`."""
    if deleted is None:
        return []
    is_deleted = servers.c.deleted == sa.bindparam("deleted_or_not", deleted, sa.Boolean)
    if deleted:
        # With OR, PostgreSQL would sort the rows of two indexes.
        both = sa.case((servers.c.deleted, sa.true()), else_=_IS_SOFT_DELETED)
        return [is_deleted if soft_deleted is False else both]
    return [is_deleted] if soft_deleted else [is_deleted, ~_IS_SOFT_DELETED]


def _project() -> sa.ColumnElement[bool]:
    return servers.c.project_id == sa.bindparam("project")
