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
#: States of a server whose guest is on. (That of a resized one may be on or off.)
_ON = frozenset({VmState.ACTIVE, VmState.PAUSED})


@dataclass(frozen=True, slots=True)
class _Quiet:
    """A state in which a guest's processors do not run.

    :ivar power_states: those that a guest may have in it.
    :ivar action: the action that takes a guest back into it.
    """

    power_states: frozenset[int]
    action: Action


_QUIET = {
    VmState.STOPPED: _Quiet(_OFF, actions.STOP),
    VmState.PAUSED: _Quiet(frozenset({PowerState.PAUSED}), actions.PAUSE),
    VmState.SUSPENDED: _Quiet(_OFF, actions.SUSPEND),
}


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

    A guest that stopped makes its server stopped, as after a reboot of the host. One found running
    though its server is stopped, paused or suspended is stopped, paused or suspended again. Nova's
    power state synchronisation does so too, but stops a suspended guest.

    :param guest: None when there is none.
    :returns: None when all is as it should be.
    """
    if server.vm_state == VmState.BUILDING or server.task_state is not None:
        return _left(server)
    if server.vm_state == VmState.ERROR:
        return _seen(server, guest)
    if guest is None or guest.power_state == PowerState.NOSTATE:
        return _gone(server)
    if server.vm_state in _ON and guest.power_state in _OFF:
        return Difference("its guest stopped by itself", partial(_stopped, guest))
    quiet = _QUIET.get(VmState(server.vm_state))
    if quiet is not None and guest.power_state not in quiet.power_states:
        what = f"its guest runs though the server is {server.vm_state}: {quiet.action.name} it"
        return Difference(what, partial(_begin, quiet.action), quiet.action)
    return _seen(server, guest)


def _left(server: Server) -> Difference:
    """Return how to end a task that no operation is for; a delete is never given up."""
    if server.task_state == TaskState.DELETING:
        return Difference("its delete was left: taking it up", _as_it_is, actions.DELETE)
    state = server.task_state or server.vm_state
    return _broken(f"The server was left in state '{state}' with nobody at work on it.")


def _gone(server: Server) -> Difference:
    """Return the difference of a server whose guest is gone; one that is shelved has its image."""
    if server.vm_state == VmState.SHELVED:
        action = actions.SHELVE_OFFLOAD
        return Difference("its guest is gone: offloading it", partial(_begin, action), action)
    return _broken("The guest is gone from its host.")


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


def _begin(action: Action, server: Server, _now: datetime) -> None:
    server.task_state = action.task


def _as_it_is(_server: Server, _now: datetime) -> None:
    """Change nothing."""


def _broken(message: str) -> Difference:
    return Difference(message, partial(_fail, message), level=logging.ERROR)


def _fail(message: str, server: Server, now: datetime) -> None:
    server.fail(Fault(500, message, now))
    server.power_state = PowerState.NOSTATE
