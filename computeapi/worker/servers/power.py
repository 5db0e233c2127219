"""Start, stop, restart, pause and suspend the guests of servers."""

from functools import partial

from computeapi.domain.operations import Operation
from computeapi.domain.servers import PowerState, Server, VmState, actions
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import Driver
from computeapi.worker.servers.steps import Change, show, show_running, show_stopped, step


class Power:
    """The steps of the actions on the power of servers.

    :param shutdown_timeout: seconds that a guest has to shut down when asked.
    """

    def __init__(self, driver: Driver, shutdown_timeout: float) -> None:
        self._driver = driver
        self._shutdown_timeout = shutdown_timeout

    @step(actions.START)
    def start(self, server: Server, _operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Start the server's guest."""
        return partial(show_running, self._driver.power_on(server.id))

    @step(actions.STOP)
    def stop(self, server: Server, _operation: Operation, checkpoint: Checkpoint) -> Change:
        """Shut the server's guest down."""
        self._driver.power_off(server.id, self._shutdown_timeout, checkpoint)
        return show_stopped

    @step(actions.REBOOT)
    def reboot(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Restart the server's guest."""
        hard = operation.params.get("type") == "HARD"
        guest = self._driver.reboot(server.id, hard, self._shutdown_timeout, checkpoint)
        return partial(show_running, guest)

    @step(actions.PAUSE)
    def pause(self, server: Server, _operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Stop the processors of the server's guest."""
        guest = self._driver.pause(server.id)
        return partial(show, VmState.PAUSED, guest.power_state, guest.ssh_port)

    @step(actions.UNPAUSE)
    def unpause(self, server: Server, _operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Resume the processors of the server's guest."""
        return partial(show_running, self._driver.unpause(server.id))

    @step(actions.SUSPEND)
    def suspend(self, server: Server, _operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Write the memory of the server's guest to disk, and end the guest."""
        self._driver.suspend(server.id)
        return partial(show, VmState.SUSPENDED, PowerState.SHUTDOWN, None)

    @step(actions.RESUME)
    def resume(self, server: Server, _operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Start the server's guest from its saved memory."""
        return partial(show_running, self._driver.resume(server.id))
