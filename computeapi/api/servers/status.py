"""Facts about servers as callers see them: their statuses, and the versions of their fields."""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache

from computeapi.domain.servers import Fault, ServerBasics, ServerDetails, TaskState, VmState

_RESIZING: Mapping[str | None, str] = {
    TaskState.RESIZE_PREP: "RESIZE",
    TaskState.RESIZE_MIGRATING: "RESIZE",
    TaskState.RESIZE_MIGRATED: "RESIZE",
    TaskState.RESIZE_FINISH: "RESIZE",
}
_REBUILDING: Mapping[str | None, str] = {
    TaskState.REBUILDING: "REBUILD",
    TaskState.REBUILD_SPAWNING: "REBUILD",
}
#: vm_state -> the status by task_state; under None for all other task states.
STATUSES: Mapping[str, Mapping[str | None, str]] = {
    VmState.ACTIVE: {
        None: "ACTIVE",
        TaskState.REBOOTING: "REBOOT",
        TaskState.REBOOTING_HARD: "HARD_REBOOT",
        **_RESIZING,
        **_REBUILDING,
        TaskState.MIGRATING: "MIGRATING",
    },
    VmState.BUILDING: {None: "BUILD"},
    VmState.STOPPED: {None: "SHUTOFF", **_RESIZING, **_REBUILDING},
    VmState.PAUSED: {None: "PAUSED", TaskState.MIGRATING: "MIGRATING"},
    VmState.SUSPENDED: {None: "SUSPENDED"},
    VmState.RESIZED: {None: "VERIFY_RESIZE", TaskState.RESIZE_REVERTING: "REVERT_RESIZE"},
    VmState.SHELVED: {None: "SHELVED"},
    VmState.SHELVED_OFFLOADED: {None: "SHELVED_OFFLOADED"},
    VmState.RESCUED: {None: "RESCUE"},
    VmState.ERROR: {None: "ERROR", **_REBUILDING},
    VmState.SOFT_DELETED: {None: "SOFT_DELETED"},
    VmState.DELETED: {None: "DELETED"},
}
#: All statuses that Nova knows, those included that no server here has.
STATUS_NAMES = frozenset(
    {
        *(status for by_task in STATUSES.values() for status in by_task.values()),
        "PASSWORD",
    }
)
#: Statuses that show the progress of what is going on.
WITH_PROGRESS = frozenset({"ACTIVE", "BUILD", "REBUILD", "RESIZE", "VERIFY_RESIZE", "MIGRATING"})
#: States of a server that has no guest to have addresses.
_WITHOUT_ADDRESSES = frozenset({VmState.BUILDING, VmState.DELETED})
_WITH_FAULT = frozenset({"ERROR", "DELETED"})
#: The beginnings of the properties of images that Nova knows (Glance, "Useful image properties").
_MEANINGFUL = re.compile("hw_|img_|os_|(?:architecture|hypervisor_type|owner_id|vm_mode)$")
#: The name of the disk that every server boots from.
ROOT_DEVICE = "/dev/vda"


#: The states that an administrator may give a server, by their names in the action os-resetState.
RESET_STATES: Mapping[str, VmState] = {"active": VmState.ACTIVE, "error": VmState.ERROR}


class _ByStates(dict[tuple[str, str | None], str]):
    """The status by vm_state and task_state.

    PERF: a document needs it several times, and a page has many documents.
    """

    def __missing__(self, states: tuple[str, str | None]) -> str:
        vm_state, task_state = states
        by_task = STATUSES[vm_state]
        found = self[states] = by_task.get(task_state) or by_task[None]
        return found


_BY_STATES = _ByStates()


def status(server: ServerBasics) -> str:
    """Return a server's status (API reference, "Server status")."""
    return _BY_STATES[server.vm_state, server.task_state]


def shows_addresses(server: ServerBasics) -> bool:
    """Return whether a server's addresses are shown: while it has, or may have, a guest."""
    return server.vm_state not in _WITHOUT_ADDRESSES


def shown_fault(server: ServerBasics) -> Fault | None:
    """Return the fault that a server shows: in ERROR, and when it is deleted."""
    return server.fault if server.fault and status(server) in _WITH_FAULT else None


def fault_details(fault: Fault, is_admin: bool) -> str | None:
    """Return a fault's details as a caller may see them, or None for none.

    They are for administrators: they hold tracebacks. Nova shows them to others as well when the
    code is not 500; it keeps none then.
    """
    return fault.details if is_admin and fault.details else None


def image_properties(server: ServerDetails) -> dict[str, str]:
    """Return the properties of a server's image that Nova gives a meaning to."""
    properties = server.image_properties.items()
    return {name: value for name, value in properties if _MEANINGFUL.match(name)}


@lru_cache(maxsize=4096)
def host_id(project_id: str, host: str | None) -> str:
    """Return the opaque name of a host, another one for each project; "" for no host."""
    if not host:
        return ""
    return hashlib.sha224(f"{project_id}{host}".encode()).hexdigest()
