"""Move the guests of servers to another size, another host, or both."""

from datetime import datetime
from functools import partial
from pathlib import Path

from computeapi.domain.operations import Operation
from computeapi.domain.servers import (
    Move,
    PowerState,
    Server,
    Size,
    TaskState,
    VmState,
    actions,
)
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.config_drive import ConfigDrive
from computeapi.virt.driver import Driver, Guest, GuestSpec
from computeapi.worker.servers.specs import guest_spec
from computeapi.worker.servers.steps import (
    Change,
    move_of,
    show_running,
    show_stopped,
    step,
    unchanged,
)
from computeapi.worker.transfers import Transfers

_OFF = (PowerState.SHUTDOWN, PowerState.CRASHED)


class Moving:
    """The steps of resize, migrate, confirmResize and revertResize.

    :param shutdown_timeout: seconds that a guest has to shut down when asked.
    """

    def __init__(
        self,
        driver: Driver,
        config_drive: ConfigDrive,
        transfers: Transfers,
        shutdown_timeout: float,
    ) -> None:
        self._driver = driver
        self._config_drive = config_drive
        self._transfers = transfers
        self._shutdown_timeout = shutdown_timeout

    @step(actions.MOVES, "prepare")
    def prepare(self, server: Server, operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Show the source whether it shares its storage with this host."""
        if move_of(server).changes_host:
            self._transfers.announce(operation)
        return partial(_set_task, TaskState.RESIZE_MIGRATING)

    @step(actions.MOVES, "pack")
    def pack(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Set the server's guest aside, and hand its disks to the target."""
        self._driver.park(server.id, self._shutdown_timeout, checkpoint)
        checkpoint()
        if move_of(server).changes_host:

            def pack(target: Path) -> None:
                self._driver.pack(server.id, target, checkpoint)

            self._transfers.send(operation, pack, checkpoint)
        return partial(_set_task, TaskState.RESIZE_FINISH)

    @step(actions.MOVES, "unpack")
    def unpack(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Make the guest of the new size, and start it if it ran before."""
        move = move_of(server)
        receive = partial(self._transfers.receive, operation, checkpoint)
        package = receive if move.changes_host else None
        guest = self._driver.rebuild(self._spec(server, move.new), move.token, package, checkpoint)
        checkpoint()
        guest = self._started(move, guest)
        self._transfers.clear(operation)
        return partial(_arrive, move, guest)

    @step(actions.MOVES, "clear")
    def clear(self, server: Server, operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Remove the target's part of a move that failed."""
        self._driver.discard(server.id, move_of(server).token)
        self._transfers.clear(operation)
        return unchanged

    @step(actions.MOVES, "restore")
    def restore(self, server: Server, _operation: Operation, checkpoint: Checkpoint) -> Change:
        """Put the source's guest back after a move that failed."""
        move = move_of(server)
        guest = self._unparked(server, move, checkpoint)
        return partial(_return, move, guest)

    @step(actions.CONFIRM_RESIZE)
    def confirm(self, server: Server, _operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Remove the guest of the old size."""
        self._driver.forget_parked(server.id)
        return _confirm

    @step(actions.REVERT_RESIZE, "discard")
    def discard(self, server: Server, _operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Remove the guest of the new size."""
        self._driver.discard(server.id, move_of(server).token)
        return unchanged

    @step(actions.REVERT_RESIZE, "restore")
    def revert(self, server: Server, _operation: Operation, checkpoint: Checkpoint) -> Change:
        """Put the guest of the old size back, and start it if it ran before."""
        move = move_of(server)
        guest = self._unparked(server, move, checkpoint)
        return partial(_return, move, guest)

    def _unparked(self, server: Server, move: Move, checkpoint: Checkpoint) -> Guest:
        guest = self._driver.unpark(self._spec(server, move.old), move.token, checkpoint)
        checkpoint()
        return self._started(move, guest)

    def _started(self, move: Move, guest: Guest) -> Guest:
        """Start a guest that ran before its server was moved."""
        return self._driver.power_on(guest.server_id) if move.vm_state == VmState.ACTIVE else guest

    def _spec(self, server: Server, size: Size) -> GuestSpec:
        return guest_spec(server, self._config_drive(server), size=size)


def _set_task(task: TaskState, server: Server, _now: datetime) -> None:
    server.task_state = task


def _arrive(move: Move, guest: Guest, server: Server, now: datetime) -> None:
    _show(move, guest, server, now)
    server.vm_state = VmState.RESIZED
    server.arrive(move, now)


def _return(move: Move, guest: Guest, server: Server, now: datetime) -> None:
    server.go_back(move)
    _show(move, guest, server, now)


def _show(move: Move, guest: Guest, server: Server, now: datetime) -> None:
    if move.vm_state == VmState.ACTIVE:
        show_running(guest, server, now)
    else:
        show_stopped(server, now)


def _confirm(server: Server, _now: datetime) -> None:
    server.end_move()
    off = server.power_state in _OFF
    server.vm_state, server.task_state = VmState.STOPPED if off else VmState.ACTIVE, None
