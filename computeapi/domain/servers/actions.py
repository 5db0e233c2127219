"""The actions on servers, one line each."""

from dataclasses import dataclass

from computeapi.domain.servers.states import TaskState, VmState

IDLE: frozenset[TaskState | None] = frozenset({None})


@dataclass(frozen=True, slots=True)
class Action:
    """Something that may be done to a server.

    :ivar name: as 409s, operations and Nova's ``os-instance-actions`` call it.
    :ivar task: the task state that accepting it sets.
    :ivar from_states: the states it may start from.
    :ivar from_tasks: the task states it may start from; None for any.
    :ivar is_endless: whether it is tried again until it succeeds.
    """

    name: str
    task: TaskState | None
    from_states: frozenset[VmState]
    from_tasks: frozenset[TaskState | None] | None = IDLE
    is_endless: bool = False


_BOOTED = frozenset({VmState.ACTIVE, VmState.STOPPED, VmState.ERROR})
_LIVE = frozenset(VmState) - {VmState.DELETED}
_REBOOTING = frozenset({None, TaskState.REBOOTING, TaskState.REBOOTING_HARD})

#: A server that is being created begins in its task state: there is nothing to start from.
CREATE = Action("create", TaskState.SCHEDULING, frozenset())
START = Action("start", TaskState.POWERING_ON, frozenset({VmState.STOPPED}))
STOP = Action("stop", TaskState.POWERING_OFF, frozenset({VmState.ACTIVE, VmState.ERROR}))
REBOOT = Action("reboot", TaskState.REBOOTING, frozenset({VmState.ACTIVE}))
HARD_REBOOT = Action("reboot", TaskState.REBOOTING_HARD, _BOOTED, _REBOOTING)
DELETE = Action("delete", TaskState.DELETING, _LIVE, None, is_endless=True)

#: Actions of one name differ in how they begin, and in nothing that an operation goes by.
ACTIONS = (CREATE, START, STOP, REBOOT, HARD_REBOOT, DELETE)


def named(name: str) -> Action | None:
    """Return the action that an operation names, or None when there is none."""
    return next((action for action in ACTIONS if action.name == name), None)
