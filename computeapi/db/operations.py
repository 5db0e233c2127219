"""Operations as rows, and the leases on them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from computeapi.db import operations_history
from computeapi.db.migrations import Migrations
from computeapi.db.notifications import Outbox
from computeapi.db.session import Session
from computeapi.db.tables import MOMENT, OPERATION, operations
from computeapi.domain.errors import LeaseLost
from computeapi.domain.operations import HistoryRequest, Operation, OperationState
from computeapi.domain.paging import Page
from computeapi.domain.servers import Fault, actions
from computeapi.ports.operations import OperationRepository

_UNFINISHED = (OperationState.QUEUED.value, OperationState.RUNNING.value)

_C = operations.c
_EARLIER = operations.alias("earlier")
_IS_SERVER = _C.server_id == sa.bindparam("server")
_IS_UNFINISHED = _C.state.in_(_UNFINISHED)
_IS_MINE = sa.and_(
    _C.id == sa.bindparam("operation_id"),
    _C.lease_token == sa.bindparam("token"),
    _C.state == OperationState.RUNNING.value,
)
_RUNNABLE = (
    sa.select(*OPERATION)
    .where(
        _C.host == sa.bindparam("host_name"),
        ~sa.exists().where(
            _EARLIER.c.server_id == _C.server_id,
            _EARLIER.c.state.in_(_UNFINISHED),
            _EARLIER.c.id < _C.id,
        ),
    )
    .order_by(_C.id)
    .limit(1)
    # A row that is skipped here is being claimed by another worker at this moment.
    .with_for_update(of=operations, skip_locked=True)
)
# Two statements instead of one with OR: each reads its index up to the first match.
_QUEUED = _RUNNABLE.where(
    _C.state == OperationState.QUEUED.value,
    sa.or_(_C.not_before.is_(None), _C.not_before <= sa.bindparam("moment")),
)
_EXPIRED = _RUNNABLE.where(
    _C.state == OperationState.RUNNING.value, _C.lease_until <= sa.bindparam("moment")
)
_ADD = sa.insert(operations)
_LEASE = (
    sa.update(operations)
    .where(_C.id == sa.bindparam("operation_id"))
    .values(
        {
            name: sa.bindparam(name)
            for name in (
                "state", "attempts", "lease_owner", "lease_token", "lease_until", "updated_at",
            )
        }
    )
)  # fmt: skip
_RENEW = sa.update(operations).where(_IS_MINE).values(lease_until=sa.bindparam("until"))
_END: dict[str, Any] = {
    "state": sa.bindparam("end_state"),
    "message": sa.bindparam("end_message"),
    "finished_at": sa.bindparam("moment"),
    "updated_at": sa.bindparam("moment"),
    "lease_owner": None,
    "lease_until": None,
}
_FINISH = sa.update(operations).where(_IS_MINE).values(_END)
#: The columns of an operation that loses its lease and waits to be claimed again.
_QUEUED_AGAIN: dict[str, Any] = {
    "state": OperationState.QUEUED.value,
    "lease_owner": None,
    "lease_until": None,
    "updated_at": sa.bindparam("moment"),
}
_HAND_BACK = sa.update(operations).where(_IS_MINE).values(**_QUEUED_AGAIN, attempts=_C.attempts - 1)
_PUT_OFF = (
    sa.update(operations)
    .where(_IS_MINE)
    .values(
        **_QUEUED_AGAIN,
        attempts=0,
        message=sa.bindparam("reason"),
        not_before=sa.bindparam("resume_at"),
        failing_since=sa.func.coalesce(_C.failing_since, sa.bindparam("moment", type_=MOMENT)),
    )
)
_ADVANCE = (
    sa.update(operations)
    .where(_IS_MINE)
    .values(
        **_QUEUED_AGAIN,
        attempts=0,
        not_before=None,
        failing_since=None,
        stage=sa.bindparam("next_stage"),
        host=sa.bindparam("next_host"),
        failure=sa.func.coalesce(_C.failure, sa.bindparam("reason", type_=_C.failure.type)),
        fault=sa.bindparam("first_fault", type_=_C.fault.type),
    )
)
_EXPEDITE = (
    sa.update(operations)
    .where(_IS_SERVER, _IS_UNFINISHED, _C.not_before.is_not(None))
    .values(not_before=None)
)
_CANCEL = sa.update(operations).where(_IS_SERVER, _IS_UNFINISHED).values(_END)
_RELEASE = (
    sa.update(operations)
    .where(_C.host == sa.bindparam("host_name"), _C.state == OperationState.RUNNING.value)
    .values(**_QUEUED_AGAIN)
)
_OF_SERVER = sa.select(*OPERATION).where(_IS_SERVER, _IS_UNFINISHED).order_by(_C.id)
_IS_DELETE = _C.action == actions.DELETE.name
_DELETE_BEHIND = (
    sa.select(_C.id)
    .where(_IS_SERVER, _IS_UNFINISHED, _IS_DELETE, _C.id > sa.bindparam("operation_id"))
    .limit(1)
)


class Operations(OperationRepository):
    """The repository of operations."""

    __slots__ = ("_moves", "_outbox", "_session")

    def __init__(self, session: Session, outbox: Outbox | None = None) -> None:
        self._session = session
        self._outbox = outbox
        self._moves = Migrations(session)

    def add(self, operation: Operation) -> None:
        """Keep a new operation, and give it its id."""
        if operation.created_at is None:
            operation.created_at = self._session.now()
        row = asdict(operation)
        del row["id"]
        operation.id = self._session.insert(_ADD, row)
        self._moves.follow(operation, operation.stage, operation.state)
        if self._outbox is not None:
            self._outbox.accept(operation)

    def unfinished(self, server_id: str) -> Sequence[Operation]:
        """Return a server's queued and running operations, oldest first."""
        rows = self._session.execute(_OF_SERVER, {"server": server_id}).all()
        return [Operation(*row) for row in rows]

    def history(self, server_id: str, page: HistoryRequest) -> Page[Operation]:
        """Return a page of all operations on a server, newest first.

        :raises MarkerNotFound: when no operation on the server has the marker's request id.
        """
        return operations_history.history(self._session, server_id, page)

    def of_request(self, server_id: str, request_id: str) -> Operation | None:
        """Return the newest operation on a server that a request asked for, or None."""
        return operations_history.of_request(self._session, server_id, request_id)

    def cancel(self, server_id: str, message: str) -> None:
        """End a server's unfinished operations; a worker that runs one finds its lease lost."""
        self._moves.fail_unfinished(server_id, self._session.now())
        end = self._end(OperationState.CANCELLED, message)
        self._session.execute(_CANCEL, {"server": server_id, **end})

    def claim(self, host: str, owner: str, lease: float) -> Operation | None:
        """Lease the oldest operation of a host that may run now, or return None.

        :param lease: seconds.
        """
        now = self._session.now()
        candidates = [
            self._session.execute(_QUEUED, {"host_name": host, "moment": now}).first(),
            self._session.execute(_EXPIRED, {"host_name": host, "moment": now}).first(),
        ]
        found = [Operation(*row) for row in candidates if row is not None]
        if not found:
            return None
        operation = min(found, key=lambda one: one.id or 0)
        self._lease(operation, owner, now, lease)
        return operation

    def renew(self, operation: Operation, lease: float) -> bool:
        """Prolong a lease; return False when another worker holds it now.

        :param lease: seconds from now on.
        """
        until = self._session.now() + timedelta(seconds=lease)
        parameters = {**_mine(operation), "until": until}
        if self._session.execute(_RENEW, parameters).rowcount == 0:
            return False
        operation.lease_until = until
        return True

    def is_superseded(self, operation: Operation) -> bool:
        """Return whether a delete waits behind this operation."""
        parameters = {"server": operation.server_id, "operation_id": operation.id}
        return self._session.execute(_DELETE_BEHIND, parameters).first() is not None

    def finish(self, operation: Operation, state: str, message: str | None = None) -> None:
        """End an operation.

        :raises LeaseLost: when another worker holds the lease now.
        """
        parameters = {**_mine(operation), **self._end(state, message)}
        if self._session.execute(_FINISH, parameters).rowcount == 0:
            raise LeaseLost(f"The lease on operation {operation.id} is lost")
        self._moves.follow(operation, operation.stage, state)
        if self._outbox is not None:
            self._outbox.finish(operation, state, message)

    def hand_back(self, operation: Operation) -> None:
        """Queue a claimed operation again, as if it had not been claimed.

        :raises LeaseLost: when another worker holds the lease now.
        """
        parameters = {**_mine(operation), "moment": self._session.now()}
        if self._session.execute(_HAND_BACK, parameters).rowcount == 0:
            raise LeaseLost(f"The lease on operation {operation.id} is lost")

    def put_off(self, operation: Operation, pause: float, reason: str) -> None:
        """Queue a claimed operation again, to be claimed after a pause.

        :param pause: seconds.
        :param reason: why its attempt failed.
        :raises LeaseLost: when another worker holds the lease now.
        """
        now = self._session.now()
        resume_at = now + timedelta(seconds=pause)
        parameters = {**_mine(operation), "reason": reason, "resume_at": resume_at, "moment": now}
        if self._session.execute(_PUT_OFF, parameters).rowcount == 0:
            raise LeaseLost(f"The lease on operation {operation.id} is lost")

    def advance(
        self, operation: Operation, stage: str, host: str, fault: Fault | None = None
    ) -> None:
        """End the stage of a claimed operation, and queue it for the next one.

        :param host: the host that the next stage runs on.
        :param fault: why the stage failed, when the next one undoes what was done.
        :raises LeaseLost: when another worker holds the lease now.
        """
        parameters = {
            **_mine(operation),
            "next_stage": stage,
            "next_host": host,
            "reason": fault.message if fault else None,
            "first_fault": operation.fault or fault,
            "moment": self._session.now(),
        }
        if self._session.execute(_ADVANCE, parameters).rowcount == 0:
            raise LeaseLost(f"The lease on operation {operation.id} is lost")
        self._moves.follow(operation, stage, OperationState.QUEUED)
        if self._outbox is not None and (fault or operation.fault or operation.failure) is None:
            self._outbox.advance(operation, stage)

    def expedite(self, server_id: str) -> None:
        """End the pauses of a server's operations."""
        self._session.execute(_EXPEDITE, {"server": server_id})

    def release(self, host: str) -> int:
        """End all leases of a host (its worker is known to be dead); return how many."""
        parameters = {"host_name": host, "moment": self._session.now()}
        return self._session.execute(_RELEASE, parameters).rowcount

    def _lease(self, operation: Operation, owner: str, now: datetime, lease: float) -> None:
        operation.state = OperationState.RUNNING.value
        operation.attempts += 1
        operation.lease_token += 1
        operation.lease_owner = owner
        operation.lease_until = now + timedelta(seconds=lease)
        operation.updated_at = now
        self._session.execute(
            _LEASE,
            {
                "operation_id": operation.id,
                "state": operation.state,
                "attempts": operation.attempts,
                "lease_owner": operation.lease_owner,
                "lease_token": operation.lease_token,
                "lease_until": operation.lease_until,
                "updated_at": operation.updated_at,
            },
        )

    def _end(self, state: str, message: str | None) -> dict[str, Any]:
        return {"end_state": state, "end_message": message, "moment": self._session.now()}


def _mine(operation: Operation) -> dict[str, Any]:
    return {"operation_id": operation.id, "token": operation.lease_token}
