"""The record of a move of a server between hosts, or to another size."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from computeapi.domain.migration_status import MigrationStatus
from computeapi.domain.operations import Operation, OperationState
from computeapi.domain.servers import actions


class MigrationType(StrEnum):
    """The kind of a move, under Nova's name for it."""

    MIGRATION = "migration"
    RESIZE = "resize"
    LIVE_MIGRATION = "live-migration"
    EVACUATION = "evacuation"


@dataclass(slots=True)
class Migration:
    """A move, from its acceptance on; it is kept. The order of the fields is that of the columns.

    :ivar id: rises with the order of acceptance; None until it is kept.
    :ivar uuid: also names the move: see :class:`computeapi.domain.servers.Move`.
    :ivar user_id: the user who asked for it; ``project_id`` the project of that user's token.
    :ivar source_node: the name of the source host as its hypervisor knows it.
    :ivar target_host: None where none was found.
    :ivar aborted: whether a caller asked to end it before its end.
    :ivar target_ip: the address by which other hosts reach the target.
    """

    id: int | None
    uuid: str
    server_id: str
    user_id: str
    project_id: str
    type: str
    status: str
    source_host: str | None
    source_node: str | None
    target_host: str | None
    target_node: str | None
    target_ip: str | None
    old_flavor_id: str
    new_flavor_id: str
    created_at: datetime
    updated_at: datetime | None = None
    aborted: bool = False


@dataclass(frozen=True, slots=True)
class MigrationFilters:
    """Criteria that select migrations; None stands for all.

    :ivar hosts: names of hosts, one of which is the source or the target.
    """

    hosts: tuple[str, ...] | None = None
    server_ids: tuple[str, ...] | None = None
    statuses: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    source_hosts: tuple[str, ...] | None = None
    user_id: str | None = None
    project_id: str | None = None
    changed_since: datetime | None = None
    changed_before: datetime | None = None


#: The statuses in which a live migration can be aborted, from 2.65 on and before.
ABORTABLE = ("accepted", "queued", "preparing", "running")
ABORTABLE_AT_FIRST = ("running",)
#: The statuses of a live migration that goes on.
IN_PROGRESS = ("accepted", "queued", "preparing", "running", "post-migrating")


def status_of(operation: Operation, stage: str, state: str) -> MigrationStatus:
    """Return the status of a move whose operation is at a stage, or has ended.

    :param stage: the one that the operation waits for, runs or ended at.
    """
    action = actions.named(operation.action)
    done = action.migration_done if action else None
    if state == OperationState.DONE:
        return done or MigrationStatus.ERROR
    if action is None or state in (OperationState.FAILED, OperationState.CANCELLED):
        return MigrationStatus.ERROR
    return action.stage(stage).migration_status or MigrationStatus.ERROR
