"""Answer questions about the consoles of guests."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from computeapi.domain.console_tokens import RelayAddress
from computeapi.domain.errors import Conflict, Error, Invalid, NotFound
from computeapi.ports.messaging import JSON, Method
from computeapi.virt.driver import NOT_RUNNING, Driver, DriverError, GuestNotFound

LOG = logging.getLogger(__name__)


class Console:
    """The questions about consoles that the API asks a worker.

    :param relay: returns the address at which consoles of this host are reached.
    """

    def __init__(self, driver: Driver, relay: Callable[[], RelayAddress]) -> None:
        self._driver = driver
        self._relay = relay

    @property
    def questions(self) -> Mapping[str, Method]:
        """The methods that the API may ask, by name."""
        return {"console_output": self.console_output, "console_address": self.console_address}

    def console_output(self, server_id: str) -> str:
        """Return the output of a server's guest on its serial console.

        :raises NotFound: when there is no guest.
        """
        with _explained(server_id):
            return self._driver.console_output(server_id).decode("utf-8", "replace")

    def console_address(self, server_id: str, console_type: str) -> JSON:
        """Return ``host`` and ``port`` at which a console of a server is reached.

        :raises NotFound: when there is no guest.
        :raises Conflict: when the guest is not running.
        :raises Invalid: when the guest has no console of this type.
        :raises Unavailable: when consoles of this host cannot be reached now.
        """
        with _explained(server_id):
            if console_type not in self._driver.console_types(server_id):
                raise Invalid(f"Instance {server_id} has no console of type {console_type}.")
        address = self._relay()
        return {"host": address.host, "port": address.port}


@contextmanager
def _explained(server_id: str) -> Iterator[None]:
    """Turn the driver's errors into errors that a caller may read."""
    try:
        yield
    except GuestNotFound as error:
        raise NotFound(f"Instance {server_id} has no guest on its host.") from error
    except DriverError as error:
        if error.reason == NOT_RUNNING:
            raise Conflict(f"Instance {server_id} is not running: start it first.") from error
        LOG.exception("Cannot read the console of instance %s", server_id)
        raise Error(f"The console of instance {server_id} cannot be read.") from error
