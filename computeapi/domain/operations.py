"""An accepted operation: the promise that a 202 makes, kept in a row."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from computeapi.domain.servers import Fault, Server
from computeapi.domain.servers.actions import Action
from computeapi.domain.servers.stages import On, Stage


class OperationState(StrEnum):
    """How far an operation is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class HistoryRequest:
    """A page of the operations on a server, newest first.

    :ivar limit: the most operations of the page.
    :ivar marker: the request id of the last operation of the page before; None for the first page.
    :ivar changed_since: only those that changed at or after this moment.
    :ivar changed_before: only those that changed at or before this moment.
    """

    limit: int
    marker: str | None = None
    changed_since: datetime | None = None
    changed_before: datetime | None = None


@dataclass(slots=True)
class Operation:
    """One action on one server. The order of the fields is that of the table's columns.

    :ivar id: rises with the order of acceptance; None until it is kept.
    :ivar action: the name of an action on servers: see
        :mod:`computeapi.domain.servers.actions`.
    :ivar params: what the action needs beyond the server, e.g. ``{"type": "HARD"}``.
    :ivar host: the host whose worker carries out the stage it is at.
    :ivar lease_token: grows by one at every claim; a stale holder is known by it.
    :ivar attempts: how often it was claimed since a worker last came to an end with it.
    :ivar lease_until: by the database's clock.
    :ivar message: why it failed, in the end or at its last attempt.
    :ivar not_before: a queued one rests until then, by the database's clock.
    :ivar failing_since: when its first attempt failed that was not its last.
    :ivar stage: the stage of its action that it is at.
    :ivar source_host: where the server was when it was accepted.
    :ivar target_host: where the server is to go, when it is to go anywhere.
    :ivar vm_state_before: the server's state when it was accepted.
    :ivar failure: why a stage failed for good, while those before it are undone.
    :ivar fault: the fault that the server shows for it, if it is in ERROR when they are undone.
    :ivar migration_uuid: the record of the move that it is about. The record's status changes with
        the operation, in one transaction.
    """

    id: int | None
    server_id: str
    project_id: str
    user_id: str
    request_id: str
    host: str
    action: str
    params: dict[str, object] = field(default_factory=dict)
    state: str = OperationState.QUEUED
    created_at: datetime | None = None
    updated_at: datetime | None = None
    finished_at: datetime | None = None
    attempts: int = 0
    lease_owner: str | None = None
    lease_token: int = 0
    lease_until: datetime | None = None
    message: str | None = None
    not_before: datetime | None = None
    failing_since: datetime | None = None
    stage: str = "run"
    source_host: str | None = None
    target_host: str | None = None
    vm_state_before: str | None = None
    failure: str | None = None
    migration_uuid: str | None = None
    fault: Fault | None = None

    @classmethod
    def of(
        cls,
        action: Action,
        server: Server,
        user_id: str,
        request_id: str,
        **more: Any,
    ) -> "Operation":
        """Return a new operation, at the first stage of its action.

        :param server: as it is before the operation changes it.
        :param more: other fields, as ``params``, ``target_host`` or ``created_at``.
        """
        operation = cls(
            id=None,
            server_id=server.id,
            project_id=server.project_id,
            user_id=user_id,
            request_id=request_id,
            host=server.host or "",
            action=action.name,
            stage=action.stages[0].name,
            source_host=server.host,
            vm_state_before=server.vm_state,
            migration_uuid=server.move.token if server.move and action.migration_done else None,
            **more,
        )
        operation.host = operation.host_of(action.stages[0]) or operation.host
        return operation

    def host_of(self, stage: Stage) -> str | None:
        """Return the host on which a stage runs, or begins to run; None when it is neither one."""
        if stage.on == On.SOURCE:
            return self.source_host
        return self.target_host if stage.on in (On.TARGET, On.EACH) else None
