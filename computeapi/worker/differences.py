"""The differences between a server and its guest, and the step that mends each."""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from computeapi.domain.servers import Fault, PowerState, Server, TaskState, VmState, actions
from computeapi.domain.servers.actions import Action
from computeapi.virt.driver import Guest
from computeapi.worker.servers import Change

_OFF = frozenset({PowerState.SHUTDOWN, PowerState.CRASHED})


@dataclass(frozen=True, slots=True)
class Difference:
    """:ivar what: happened, for the log.
    :ivar change: what the server's row becomes.
    :ivar action: the operation that mends it, queued with the change; None when nothing is to do.
    """

    what: str
    change: Change
    action: Action | None = None
    level: int = logging.WARNING


def judge(server: Server, guest: Guest | None) -> Difference | None:
    """Compare a live server that has no unfinished operation with its guest.

    A guest that stopped makes its server stopped, and one found running though its server is
    stopped is shut down, both as Nova's power state synchronisation does it.

    :param guest: None when there is none.
    :returns: None when all is as it should be.
    """
    if server.vm_state == VmState.BUILDING or server.task_state is not None:
        return _left(server)
    if server.vm_state == VmState.ERROR:
        return _seen(server, guest)
    if guest is None or guest.power_state == PowerState.NOSTATE:
        return _broken("The guest is gone from its host.")
    if server.vm_state == VmState.ACTIVE and guest.power_state in _OFF:
        return Difference("its guest stopped by itself", partial(_stopped, guest))
    if server.vm_state == VmState.STOPPED and guest.power_state not in _OFF:
        return Difference(
            "its guest runs though it was stopped: stopping it", _stopping, actions.STOP
        )
    return _seen(server, guest)


def _left(server: Server) -> Difference:
    """Return how to end a task that no operation is for; a delete is never given up."""
    if server.task_state == TaskState.DELETING:
        return Difference("its delete was left: taking it up", _as_it_is, actions.DELETE)
    state = server.task_state or server.vm_state
    return _broken(f"The server was left in state '{state}' with nobody at work on it.")


def _seen(server: Server, guest: Guest | None) -> Difference | None:
    """Return what the hypervisor says anew of a server whose state is right."""
    if guest is None:
        return None
    change = partial(_record, guest)
    told = (guest.power_state, guest.addresses or server.addresses, guest.ssh_port)
    if told == (server.power_state, server.addresses, server.ssh_port):
        return None
    what = f"power state {guest.power_state}, ssh port {guest.ssh_port}"
    return Difference(what, change, level=logging.INFO)


def _record(guest: Guest, server: Server, _now: datetime) -> None:
    server.power_state, server.ssh_port = guest.power_state, guest.ssh_port
    # One that is off may have none to tell; it will have the same again.
    server.addresses = guest.addresses or server.addresses


def _stopped(guest: Guest, server: Server, now: datetime) -> None:
    server.vm_state = VmState.STOPPED
    _record(guest, server, now)


def _stopping(server: Server, _now: datetime) -> None:
    server.task_state = TaskState.POWERING_OFF


def _as_it_is(_server: Server, _now: datetime) -> None:
    """Change nothing."""


def _broken(message: str) -> Difference:
    return Difference(message, partial(_fail, message), level=logging.ERROR)


def _fail(message: str, server: Server, now: datetime) -> None:
    server.fail(Fault(500, message, now))
    server.power_state = PowerState.NOSTATE
