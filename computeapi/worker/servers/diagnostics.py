"""Answer questions about the figures of guests."""

import logging
from collections.abc import Mapping
from dataclasses import asdict

from computeapi.domain.errors import Conflict, Error
from computeapi.ports.messaging import JSON, Method
from computeapi.virt.driver import NOT_RUNNING, Driver, DriverError, GuestNotFound

LOG = logging.getLogger(__name__)


class Diagnostics:
    """The question about figures that the API asks a worker."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    @property
    def questions(self) -> Mapping[str, Method]:
        """The methods that the API may ask, by name."""
        return {"diagnostics": self.diagnostics}

    def diagnostics(self, server_id: str) -> JSON:
        """Return the figures of a running guest, as :class:`Diagnostics` has them.

        :raises Conflict: when there is no guest, or it is not running.
        """
        try:
            return asdict(self._driver.diagnostics(server_id))
        except DriverError as error:
            if isinstance(error, GuestNotFound) or error.reason == NOT_RUNNING:
                raise Conflict(f"Instance {server_id} is not running.") from error
            LOG.exception("Cannot read the figures of instance %s", server_id)
            raise Error(f"The figures of instance {server_id} cannot be read.") from error
