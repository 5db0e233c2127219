"""Make the guests of servers."""

import logging
from functools import partial

from computeapi.domain.errors import Error
from computeapi.domain.operations import Operation
from computeapi.domain.servers import Server, actions
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.config_drive import ConfigDrive
from computeapi.ports.images import ImageCache
from computeapi.virt.driver import Driver, DriverError, DriverUnavailable, GuestSpec
from computeapi.worker.servers.specs import cached_image, guest_spec
from computeapi.worker.servers.steps import Change, show_running, step

LOG = logging.getLogger(__name__)


class Creation:
    """The step of create."""

    def __init__(self, driver: Driver, images: ImageCache, config_drive: ConfigDrive) -> None:
        self._driver = driver
        self._images = images
        self._config_drive = config_drive

    @step(actions.CREATE)
    def create(self, server: Server, _operation: Operation, checkpoint: Checkpoint) -> Change:
        """Make the server's guest and start it; one that cannot be had leaves nothing behind."""
        spec = self._spec(server, checkpoint)
        checkpoint()
        try:
            guest = self._driver.spawn(spec, checkpoint)
        except DriverUnavailable:
            # The next attempt goes on with what there is.
            raise
        except (DriverError, Error):
            self._clear(server)
            raise
        return partial(show_running, guest)

    def _spec(self, server: Server, checkpoint: Checkpoint) -> GuestSpec:
        image = cached_image(self._images, server, checkpoint) if server.image_id else None
        # Asked for or not: there is no metadata service, so that keys, user data and the host name
        # have no other way into the guest.
        return guest_spec(server, self._config_drive(server), image)

    def _clear(self, server: Server) -> None:
        try:
            self._driver.destroy(server.id)
        except DriverError as error:
            # Why the create failed is what the caller must learn; a delete clears the rest.
            LOG.warning("Server %s: could not clear what its create left: %s", server.id, error)
