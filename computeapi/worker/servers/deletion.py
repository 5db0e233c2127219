"""Destroy the guests of servers, at once or some time after they were deleted."""

from datetime import datetime
from functools import partial

from computeapi.domain.operations import Operation
from computeapi.domain.servers import PowerState, Server, VmState, actions
from computeapi.domain.servers.deletion import (
    defer_delete,
    forget_delete,
    restored_state,
    runs_when_restored,
)
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import Driver, Guest, GuestNotFound
from computeapi.worker.servers.steps import Change, show_running, step

_OFF = frozenset({PowerState.SHUTDOWN, PowerState.CRASHED})


class Deletion:
    """The steps of delete, of a delete that is deferred, and of restore.

    :param shutdown_timeout: seconds that a guest has to shut down when asked.
    """

    def __init__(self, driver: Driver, shutdown_timeout: float) -> None:
        self._driver = driver
        self._shutdown_timeout = shutdown_timeout

    @step(actions.DELETE)
    def delete(self, server: Server, _operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Remove the server's guest, and all that belongs to it."""
        self._driver.destroy(server.id)
        return _deleted

    @step(actions.SOFT_DELETE)
    def soft_delete(self, server: Server, _operation: Operation, checkpoint: Checkpoint) -> Change:
        """Shut the server's guest down; its disks stay, and the memory of a suspended guest."""
        if server.host is None:
            # It was taken off its host meanwhile, and nothing of it is left to be restored.
            return _deleted
        try:
            if self._driver.guest(server.id).power_state not in _OFF:
                # The processors of a paused guest stand still: it cannot shut down when asked.
                timeout = 0 if server.vm_state == VmState.PAUSED else self._shutdown_timeout
                self._driver.power_off(server.id, timeout, checkpoint)
        except GuestNotFound:
            # A server in error may have none.
            pass
        return defer_delete

    @step(actions.RESTORE)
    def restore(self, server: Server, _operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Start the server's guest again, if it ran before the server was deleted."""
        if runs_when_restored(server):
            return partial(_restore_running, self._driver.power_on(server.id))
        # A server whose guest is gone is not restored.
        self._driver.guest(server.id)
        return _restore_off


def _deleted(server: Server, now: datetime) -> None:
    server.mark_deleted(now)


def _restore_running(guest: Guest, server: Server, now: datetime) -> None:
    state = restored_state(server)
    show_running(guest, server, now)
    server.vm_state = state
    forget_delete(server)


def _restore_off(server: Server, _now: datetime) -> None:
    forget_delete(server)
