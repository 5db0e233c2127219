"""The differences between a server and its guest, and the step that mends each."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from computeapi.domain.servers import Fault, PowerState, Server, VmState, actions
from computeapi.domain.servers.actions import Action
from computeapi.virt.driver import Guest
from computeapi.worker.servers import Change

_OFF = frozenset({PowerState.SHUTDOWN, PowerState.CRASHED})
#: States of a server whose guest is on. (That of a resized one may be on or off.)
_ON = frozenset({VmState.ACTIVE, VmState.PAUSED})


@dataclass(frozen=True, slots=True)
class _HaltedState:
    """A state in which a guest's processors do not run.

    :ivar power_states: those that a guest may have in it.
    :ivar action: the action that takes a guest back into it.
    """

    power_states: frozenset[int]
    action: Action


_HALTED = {
    VmState.STOPPED: _HaltedState(_OFF, actions.STOP),
    VmState.PAUSED: _HaltedState(frozenset({PowerState.PAUSED}), actions.PAUSE),
    VmState.SUSPENDED: _HaltedState(_OFF, actions.SUSPEND),
    VmState.SOFT_DELETED: _HaltedState(_OFF, actions.SOFT_DELETE),
}

#: The task states of deletes, and the actions that they are of.
_DELETES: Mapping[str | None, Action] = {
    action.task: action for action in (actions.DELETE, actions.SOFT_DELETE)
}


@dataclass(frozen=True, slots=True)
class Difference:
    """:ivar summary: the finding, for the log.
    :ivar change: what the server's row becomes.
    :ivar action: the operation that mends it, queued with the change; None when nothing is to do.
    """

    summary: str
    change: Change
    action: Action | None = None
    level: int = logging.WARNING


def compare(server: Server, guest: Guest | None) -> Difference | None:
    """Compare a live server that has no unfinished operation with its guest.

    A guest that stopped makes its server stopped, as after a reboot of the host. One found running
    though its server is stopped, paused or suspended is stopped, paused or suspended again. Nova's
    power state synchronisation does so too, but stops a suspended guest.

    :param guest: None when there is none.
    :returns: None when all is as it should be.
    """
    if server.vm_state == VmState.BUILDING or server.task_state is not None:
        return _abandoned(server)
    if server.vm_state == VmState.ERROR:
        return _refreshed(server, guest)
    if guest is None or guest.power_state == PowerState.NOSTATE:
        return _gone(server)
    if server.vm_state in _ON and guest.power_state in _OFF:
        return Difference("its guest stopped by itself", partial(_stopped, guest))
    halted = _HALTED.get(VmState(server.vm_state))
    if halted is not None and guest.power_state not in halted.power_states:
        summary = f"its guest runs though the server is {server.vm_state}: {halted.action.name} it"
        return Difference(summary, partial(_begin, halted.action), halted.action)
    return _refreshed(server, guest)


def _abandoned(server: Server) -> Difference:
    """Return how to end a task that no operation is for; a delete is never given up."""
    delete = _DELETES.get(server.task_state)
    if delete is not None:
        return Difference("its delete has no operation: queueing one", _unchanged, delete)
    state = server.task_state or server.vm_state
    return _in_error(f"The server was left in state '{state}' without an operation.")


def _gone(server: Server) -> Difference | None:
    """Return the difference of a server whose guest is gone; one that is shelved has its image."""
    if server.vm_state == VmState.SOFT_DELETED:
        # It stays deleted; a restore fails and says why.
        return None
    if server.vm_state == VmState.SHELVED:
        action = actions.SHELVE_OFFLOAD
        return Difference("its guest is gone: offloading it", partial(_begin, action), action)
    return _in_error("The guest is gone from its host.")


def _refreshed(server: Server, guest: Guest | None) -> Difference | None:
    """Return the change of power state or addresses of a server whose state is right."""
    if guest is None:
        return None
    change = partial(_record, guest)
    observed = (guest.power_state, guest.addresses or server.addresses, guest.ssh_port)
    if observed == (server.power_state, server.addresses, server.ssh_port):
        return None
    summary = f"power state {guest.power_state}, ssh port {guest.ssh_port}"
    return Difference(summary, change, level=logging.INFO)


def _record(guest: Guest, server: Server, _now: datetime) -> None:
    server.power_state, server.ssh_port = guest.power_state, guest.ssh_port
    # One that is off may have none to tell; it will have the same again.
    server.addresses = guest.addresses or server.addresses


def _stopped(guest: Guest, server: Server, now: datetime) -> None:
    server.vm_state = VmState.STOPPED
    _record(guest, server, now)


def _begin(action: Action, server: Server, _now: datetime) -> None:
    server.task_state = action.task


def _unchanged(_server: Server, _now: datetime) -> None:
    """Change nothing."""


def _in_error(message: str) -> Difference:
    return Difference(message, partial(_fail, message), level=logging.ERROR)


def _fail(message: str, server: Server, now: datetime) -> None:
    server.fail(Fault(500, message, now))
    server.power_state = PowerState.NOSTATE
