"""Read the consoles of guests."""

import logging

from computeapi.domain.errors import Error, NotFound
from computeapi.virt.driver import Driver, DriverError, GuestNotFound

LOG = logging.getLogger(__name__)


class Console:
    """The questions about consoles that the API asks a worker."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def console_output(self, server_id: str) -> str:
        """Return what a server's guest wrote to its serial console.

        :raises NotFound: when there is no guest.
        """
        try:
            output = self._driver.console_output(server_id)
        except GuestNotFound as error:
            raise NotFound(f"Instance {server_id} has no guest on its host.") from error
        except DriverError as error:
            LOG.exception("Cannot read the console of instance %s", server_id)
            raise Error(f"The console of instance {server_id} cannot be read.") from error
        return output.decode("utf-8", "replace")
