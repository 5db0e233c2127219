"""The records of moves as rows."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from computeapi.db.session import Session
from computeapi.db.tables import MIGRATION, migrations, operations
from computeapi.domain.errors import MarkerNotFound
from computeapi.domain.migration_status import MigrationStatus
from computeapi.domain.migrations import (
    IN_PROGRESS,
    Migration,
    MigrationFilters,
    MigrationType,
    status_of,
)
from computeapi.domain.operations import Operation, OperationState
from computeapi.domain.paging import Page
from computeapi.ports.migrations import MigrationRepository

_C = migrations.c
_ALL = sa.select(*MIGRATION)
_GET = _ALL.where(_C.uuid == sa.bindparam("name"))
_IN_PROGRESS = _ALL.where(
    _C.server_id == sa.bindparam("server"),
    _C.type == MigrationType.LIVE_MIGRATION.value,
    _C.status.in_(IN_PROGRESS),
).order_by(_C.id)
_REMAINS = _ALL.where(_C.status == MigrationStatus.DONE.value).order_by(_C.id)
_ABORT = sa.update(migrations).where(_C.uuid == sa.bindparam("name")).values(aborted=True)
_ADD = sa.insert(migrations)
_STATUS = (
    sa.update(migrations)
    .where(_C.uuid == sa.bindparam("name"))
    .values(status=sa.bindparam("new_status"), updated_at=sa.bindparam("moment"))
)
_OF_UNFINISHED = (
    sa.update(migrations)
    .where(
        _C.uuid.in_(
            sa.select(operations.c.migration_uuid).where(
                operations.c.server_id == sa.bindparam("server"),
                operations.c.state.in_((OperationState.QUEUED.value, OperationState.RUNNING.value)),
            )
        )
    )
    .values(status=MigrationStatus.ERROR.value, updated_at=sa.bindparam("moment"))
)
_CONFIRM = (
    sa.update(migrations)
    .where(_C.server_id == sa.bindparam("server"), _C.status == MigrationStatus.FINISHED.value)
    .values(status=MigrationStatus.CONFIRMED.value, updated_at=sa.bindparam("moment"))
)
_CHANGED_AT = sa.func.coalesce(_C.updated_at, _C.created_at)


class Migrations(MigrationRepository):
    """The repository of the records of moves."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, migration: Migration) -> None:
        """Keep a new record, and give it its id."""
        row = asdict(migration)
        del row["id"]
        migration.id = self._session.insert(_ADD, row)

    def get(self, uuid: str) -> Migration | None:
        """Return a record, or None."""
        row = self._session.execute(_GET, {"name": uuid}).first()
        return None if row is None else Migration(*row)

    def list(
        self,
        filters: MigrationFilters,
        limit: int,
        marker: str | None = None,
        newest_first: bool = True,
    ) -> Page[Migration]:
        """See :meth:`computeapi.ports.migrations.MigrationRepository.list`."""
        order = _C.id.desc() if newest_first else _C.id.asc()
        statement = _ALL.where(*_criteria(filters)).order_by(order).limit(limit + 1)
        if marker is not None:
            last = self.get(marker)
            if last is None:
                raise MarkerNotFound(marker)
            statement = statement.where(_C.id < last.id if newest_first else _C.id > last.id)
        found = [Migration(*row) for row in self._session.execute(statement).all()]
        return Page(found[:limit], more=len(found) > limit)

    def abort(self, uuid: str) -> None:
        """Note that a caller asked to end a live migration; its stage that runs ends first."""
        self._session.execute(_ABORT, {"name": uuid})

    def is_aborted(self, operation: Operation) -> bool:
        """Return whether a caller asked to end the move that an operation is about."""
        move = self.get(operation.migration_uuid) if operation.migration_uuid else None
        return move is not None and move.aborted

    def remains(self, server_id: str) -> Sequence[Migration]:
        """Return the moves of a server whose old hosts have not removed the old guest."""
        return self._found(_REMAINS.where(_C.server_id == server_id))

    def remains_on(self, host: str) -> Sequence[Migration]:
        """Return the moves from a host that has not removed the old guest."""
        return self._found(_REMAINS.where(_C.source_host == host))

    def _found(self, statement: sa.Select[Any]) -> Sequence[Migration]:
        return [Migration(*row) for row in self._session.execute(statement).all()]

    def complete(self, uuid: str) -> None:
        """Note that the old host of a move has removed the old guest."""
        names = {"name": uuid, "new_status": MigrationStatus.COMPLETED.value}
        self._session.execute(_STATUS, {**names, "moment": self._session.now()})

    def in_progress(self, server_id: str) -> Sequence[Migration]:
        """Return the live migrations of a server that go on, oldest first."""
        rows = self._session.execute(_IN_PROGRESS, {"server": server_id}).all()
        return [Migration(*row) for row in rows]

    def follow(self, operation: Operation, stage: str, state: str) -> None:
        """Give the record of an operation's move the status that the operation gives it.

        :param stage: the one that the operation waits for now, or ended at.
        :param state: the operation's new state.
        """
        if operation.migration_uuid is None:
            return
        status = status_of(operation, stage, state)
        if status == MigrationStatus.ERROR and self.is_aborted(operation):
            status = MigrationStatus.CANCELLED
        names = {"name": operation.migration_uuid, "new_status": status}
        self._session.execute(_STATUS, {**names, "moment": self._session.now()})

    def fail_unfinished(self, server_id: str, now: datetime) -> None:
        """End the moves of which the operations are about to be cancelled."""
        self._session.execute(_OF_UNFINISHED, {"server": server_id, "moment": now})

    def confirm(self, server_id: str, now: datetime) -> None:
        """End the move that a deleted server has neither confirmed nor reverted."""
        self._session.execute(_CONFIRM, {"server": server_id, "moment": now})


def _criteria(filters: MigrationFilters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.hosts is not None:
        either = _C.source_host.in_(filters.hosts), _C.target_host.in_(filters.hosts)
        found.append(sa.or_(*either))
    for column, wanted in (
        (_C.server_id, filters.server_ids),
        (_C.status, filters.statuses),
        (_C.type, filters.types),
        (_C.source_host, filters.source_hosts),
    ):
        if wanted is not None:
            found.append(column.in_(wanted))
    for column, value in ((_C.user_id, filters.user_id), (_C.project_id, filters.project_id)):
        if value is not None:
            found.append(column == value)
    if filters.changed_since is not None:
        found.append(filters.changed_since <= _CHANGED_AT)
    if filters.changed_before is not None:
        found.append(filters.changed_before >= _CHANGED_AT)
    return found
