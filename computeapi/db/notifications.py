"""Notifications as rows, and the outbox of a transaction."""

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from computeapi.db.prepared import Prepared
from computeapi.db.session import Session
from computeapi.db.tables import NOTIFICATION, SERVER, notifications, servers
from computeapi.domain.notifications import Before, Changes, Notification, Settings
from computeapi.domain.operations import Operation
from computeapi.domain.servers import Server
from computeapi.ports.notifications import NotificationRepository

_columns = notifications.c
_OLDEST = sa.select(*NOTIFICATION).order_by(_columns.id).limit(sa.bindparam("most"))
_ADD = sa.insert(notifications)
_REMOVE = sa.delete(notifications).where(
    _columns.id.in_(sa.bindparam("sent", expanding=True, type_=_columns.id.type))
)
_IS_SERVER = servers.c.id == sa.bindparam("server_id")
_BEFORE = Prepared(
    sa.select(servers.c.vm_state, servers.c.task_state, servers.c.name).where(_IS_SERVER), Before
)
_SERVER = Prepared(sa.select(*SERVER).where(_IS_SERVER), Server)


class Notifications(NotificationRepository):
    """The repository of notifications."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def oldest(self, limit: int) -> Sequence[Notification]:
        """Return the oldest ones, in their order."""
        return [Notification(*row) for row in self._session.execute(_OLDEST, {"most": limit})]

    def add(self, *those: Notification) -> None:
        """Keep notifications until they are sent."""
        rows = [asdict(one) for one in those]
        for row in rows:
            del row["id"]
        self._session.execute(_ADD, rows)

    def remove(self, ids: Sequence[int]) -> None:
        """Forget notifications that were sent."""
        self._session.execute(_REMOVE, {"sent": list(ids)})


class Outbox:
    """Writes the notifications about the changes of a transaction, in the same transaction."""

    __slots__ = ("_changes", "_session")

    def __init__(self, session: Session, settings: Settings) -> None:
        self._session = session
        self._changes = Changes(settings)

    def add(self, server: Server) -> None:
        """Note a new server."""
        self._changes.save(server, None)

    def save(self, server: Server) -> None:
        """Note that a server is about to be saved."""
        before = None
        if not self._changes.knows(server.id):
            # The row is locked by this transaction, or is locked when it is saved.
            found = self._session.objects(_BEFORE, {"server_id": server.id})
            before = found[0] if found else None
        self._changes.save(server, before)

    def accept(self, operation: Operation) -> None:
        """Note a new operation."""
        self._changes.accept(operation)

    def advance(self, operation: Operation, stage: str) -> None:
        """Note that an operation goes on to a stage."""
        self._changes.advance(operation, stage)

    def finish(self, operation: Operation, state: str, message: str | None) -> None:
        """Note that an operation ends."""
        self._changes.finish(operation, state, message)

    def flush(self) -> None:
        """Write the notifications; the last thing before the transaction is committed.

        The order of the rows of a server is that of its changes: a transaction that changes a
        server, or its operations, locks the server's row until its end.
        """
        made = [*self._changes.notifications(self._session.now(), self._load)]
        if made:
            Notifications(self._session).add(*made)

    def _load(self, server_id: str) -> Server | None:
        found = self._session.objects(_SERVER, {"server_id": server_id})
        return found[0] if found else None
