"""The steps of every operation on a server. They look at no database and write to none.

Each returns a change: what the server's row becomes when the operation ends well.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from computeapi.domain.errors import Error, Invalid, NotFound
from computeapi.domain.images import GIB
from computeapi.domain.operations import Operation
from computeapi.domain.servers import PowerState, Server, VmState
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.config_drive import ConfigDrive
from computeapi.ports.images import CachedImage, ImageCache
from computeapi.virt.driver import (
    Driver,
    DriverError,
    DriverUnavailable,
    Guest,
    GuestNotFound,
    GuestSpec,
)

LOG = logging.getLogger(__name__)

#: Given the server's row, locked, and the database's clock.
Change = Callable[[Server, datetime], None]


class Servers:
    """Make, start, stop, restart and destroy the guests of servers.

    :param shutdown_timeout: seconds that a guest has to shut down when asked.
    """

    def __init__(
        self,
        driver: Driver,
        images: ImageCache,
        config_drive: ConfigDrive,
        shutdown_timeout: float,
    ) -> None:
        self._driver = driver
        self._images = images
        self._config_drive = config_drive
        self._shutdown_timeout = shutdown_timeout
        self._actions = {
            "create": self.create,
            "start": self.start,
            "stop": self.stop,
            "reboot": self.reboot,
            "delete": self.delete,
        }

    def carry_out(self, operation: Operation, server: Server, checkpoint: Checkpoint) -> Change:
        """Do what an operation asks for.

        :raises DriverError: when the hypervisor could not do it.
        :raises Error: when something else could not be had, or the time is up.
        """
        action = self._actions.get(operation.action)
        if action is None:
            raise Error(f"This worker does not know the action {operation.action!r}.")
        checkpoint()
        return action(server, operation, checkpoint)

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
        return partial(_running, guest)

    def start(self, server: Server, _operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Start the server's guest."""
        return partial(_running, self._driver.power_on(server.id))

    def stop(self, server: Server, _operation: Operation, checkpoint: Checkpoint) -> Change:
        """Shut the server's guest down."""
        self._driver.power_off(server.id, self._shutdown_timeout, checkpoint)
        return _stopped

    def reboot(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Restart the server's guest."""
        hard = operation.params.get("type") == "HARD"
        guest = self._driver.reboot(server.id, hard, self._shutdown_timeout, checkpoint)
        return partial(_running, guest)

    def delete(self, server: Server, _operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Remove the server's guest, and all that belongs to it."""
        self._driver.destroy(server.id)
        return _deleted

    def console_output(self, server_id: str) -> str:
        """Return what a server's guest wrote to its serial console.

        :raises NotFound: when there is no guest.
        """
        try:
            output = self._driver.console_output(server_id)
        except GuestNotFound as error:
            raise NotFound(f"Instance {server_id} has no guest on its host.") from error
        except DriverError as error:
            raise Error(f"The console of instance {server_id} cannot be read: {error}") from error
        return output.decode("utf-8", "replace")

    def _spec(self, server: Server, checkpoint: Checkpoint) -> GuestSpec:
        image = self._image(server, checkpoint) if server.image_id else None
        return GuestSpec(
            server_id=server.id,
            name=server.instance_name,
            vcpus=server.vcpus,
            memory_mb=server.memory_mb,
            disk_gb=server.disk_gb,
            ephemeral_gb=server.ephemeral_gb,
            swap_mb=server.swap_mb,
            image_path=image.path if image else None,
            image_format=image.format if image else "raw",
            # Asked for or not: there is no metadata service, so that keys, user data
            # and the host name have no other way into the guest.
            config_drive=self._config_drive(server),
        )

    def _image(self, server: Server, checkpoint: Checkpoint) -> CachedImage:
        """Return the file of a server's image.

        :raises Invalid: when the image's disk is larger than was counted for the root disk. The
            image service may have named another size, or none.
        """
        image = self._images.get(server.image_id or "", checkpoint)
        if image.virtual_size > server.root_gb * GIB:
            raise Invalid(
                f"Image {server.image_id} holds a disk of {-(-image.virtual_size // GIB)} GiB, and "
                f"the root disk of this server may have {server.root_gb} GiB."
            )
        return image

    def _clear(self, server: Server) -> None:
        try:
            self._driver.destroy(server.id)
        except DriverError as error:
            # Why the create failed is what the caller must learn; a delete clears the rest.
            LOG.warning("Server %s: could not clear what its create left: %s", server.id, error)


def _running(guest: Guest, server: Server, now: datetime) -> None:
    server.vm_state, server.task_state, server.fault = VmState.ACTIVE, None, None
    server.power_state, server.progress = guest.power_state, 100
    server.addresses, server.ssh_port = guest.addresses, guest.ssh_port
    server.launched_at = server.launched_at or now
    server.forget_secrets()


def _stopped(server: Server, _now: datetime) -> None:
    server.vm_state, server.task_state, server.fault = VmState.STOPPED, None, None
    server.power_state, server.ssh_port = PowerState.SHUTDOWN, None


def _deleted(server: Server, now: datetime) -> None:
    server.mark_deleted(now)
