"""Servers whose delete is deferred: they can be restored for some time."""

from datetime import datetime

from computeapi.domain.servers.server import Server
from computeapi.domain.servers.states import PowerState, VmState

#: States that a server is restored to as it was. All others become ACTIVE: the memory of a paused
#: guest is gone, and a guest that failed gets another start.
_RESTORED = frozenset(
    {
        VmState.STOPPED,
        VmState.SUSPENDED,
        VmState.RESCUED,
        VmState.RESIZED,
        VmState.SHELVED,
    }
)
_OFF = frozenset({VmState.STOPPED, VmState.SUSPENDED, VmState.SHELVED})


def defer_delete(server: Server, now: datetime) -> None:
    """Note that a server is deleted, and that it may be restored: its guest is off."""
    if server.vm_state != VmState.SOFT_DELETED:
        server.vm_state_before_delete = server.vm_state
    server.vm_state, server.task_state = VmState.SOFT_DELETED, None
    server.power_state, server.progress, server.ssh_port = PowerState.SHUTDOWN, 0, None
    server.soft_deleted_at = server.soft_deleted_at or now
    server.forget_secrets()


def restored_state(server: Server) -> VmState:
    """Return the state that a server has when it is restored."""
    before = server.vm_state_before_delete
    return VmState(before) if before in _RESTORED else VmState.ACTIVE


def runs_when_restored(server: Server) -> bool:
    """Return whether the guest of a server runs when the server is restored."""
    state = restored_state(server)
    if state == VmState.RESIZED and server.move is not None:
        return server.move.vm_state == VmState.ACTIVE
    return state not in _OFF


def forget_delete(server: Server) -> None:
    """Note that a server is restored."""
    server.vm_state, server.task_state = restored_state(server), None
    server.soft_deleted_at, server.vm_state_before_delete = None, None
