"""An accepted operation: the promise that a 202 makes, kept in a row."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class OperationState(StrEnum):
    """How far an operation is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class Operation:
    """One action on one server. The order of the fields is that of the table's columns.

    :ivar id: rises with the order of acceptance; None until it is kept.
    :ivar action: "create", "start", "stop", "reboot" or "delete" (Nova's
        ``os-instance-actions`` names).
    :ivar params: what the action needs beyond the server, e.g. ``{"type": "HARD"}``.
    :ivar lease_token: grows by one at every claim; a stale holder is known by it.
    :ivar attempts: how often it was claimed since a worker last came to an end with it.
    :ivar lease_until: by the database's clock.
    :ivar message: why it failed, in the end or at its last attempt.
    :ivar not_before: a queued one rests until then, by the database's clock.
    :ivar failing_since: when its first attempt failed that was not its last.
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
