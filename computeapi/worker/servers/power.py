"""Start, stop and restart the guests of servers."""

from functools import partial

from computeapi.domain.operations import Operation
from computeapi.domain.servers import Server, actions
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import Driver
from computeapi.worker.servers.steps import Change, show_running, show_stopped, step


class Power:
    """The steps of start, stop and reboot.

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
