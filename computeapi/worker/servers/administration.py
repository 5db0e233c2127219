"""Change the passwords of guests, and trigger their crash dumps."""

import logging
from collections.abc import Mapping
from datetime import datetime

from computeapi.domain.errors import Conflict
from computeapi.domain.operations import Operation
from computeapi.domain.servers import Server, actions
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.messaging import Method
from computeapi.virt.driver import Driver, DriverError
from computeapi.worker.servers.steps import Change, step

LOG = logging.getLogger(__name__)


class Administration:
    """The step of crash dumps, and the question by which the API changes a password."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    @property
    def questions(self) -> Mapping[str, Method]:
        """The methods that the API may ask, by name."""
        return {"set_password": self.set_password}

    def set_password(self, server_id: str, user: str, password: str) -> None:
        """Set the password of a user of a guest.

        :raises Conflict: when it could not be set; the message says why.
        """
        try:
            self._driver.set_password(server_id, user, password)
        except DriverError as error:
            LOG.warning("Cannot set the password of server %s: %s", server_id, error)
            message = f"Failed to set the password of instance {server_id}: {error.reason}."
            raise Conflict(message) from error

    @step(actions.TRIGGER_CRASH_DUMP)
    def crash_dump(self, server: Server, _operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Send the server's guest an interrupt that cannot be masked."""
        self._driver.trigger_crash_dump(server.id)
        return _unchanged


def _unchanged(server: Server, _now: datetime) -> None:
    """Leave a server as it is: the effect of the interrupt shows in its guest."""
