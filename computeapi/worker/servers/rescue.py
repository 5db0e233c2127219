"""Boot servers from a rescue disk, and from their own one again."""

from datetime import datetime
from functools import partial

from computeapi.domain.operations import Operation
from computeapi.domain.servers import Server, VmState, actions
from computeapi.domain.servers.rescue import RescueDevice
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.config_drive import ConfigDrive
from computeapi.ports.images import ImageCache
from computeapi.virt.driver import Driver, Guest
from computeapi.virt.driver_rescue import RescueDisk
from computeapi.worker.servers.specs import guest_spec
from computeapi.worker.servers.steps import Change, show_running, step


class Rescue:
    """The steps of rescue and unrescue.

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

    @step(actions.RESCUE)
    def rescue(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Boot the server's guest from the rescue image, with its own disk beside it."""
        image = self._images.get(server.rescue_image_id or "", checkpoint)
        given = operation.params
        device = RescueDevice(bool(given["is_stable"]), str(given["device"]), str(given["bus"]))
        disk = RescueDisk(f"rescue-{operation.id}", image.path, image.format, device)
        spec = guest_spec(server, self._config_drive(server))
        guest = self._driver.rescue(spec, disk, self._shutdown_timeout, checkpoint)
        return partial(_show_rescued, guest)

    @step(actions.RESCUE, "restore")
    def restore(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Give the guest its own disk again after a rescue that failed."""
        self._unrescue(server, checkpoint)
        if operation.vm_state_before == VmState.ACTIVE:
            return partial(_show_power, self._driver.power_on(server.id))
        return _forget_rescue

    @step(actions.UNRESCUE)
    def unrescue(self, server: Server, _operation: Operation, checkpoint: Checkpoint) -> Change:
        """Boot the server's guest from its own disk."""
        self._unrescue(server, checkpoint)
        return partial(_show_unrescued, self._driver.power_on(server.id))

    def _unrescue(self, server: Server, checkpoint: Checkpoint) -> None:
        spec = guest_spec(server, self._config_drive(server))
        self._driver.unrescue(spec, self._shutdown_timeout, checkpoint)
        checkpoint()


def _show_rescued(guest: Guest, server: Server, now: datetime) -> None:
    show_running(guest, server, now)
    server.vm_state = VmState.RESCUED


def _show_unrescued(guest: Guest, server: Server, now: datetime) -> None:
    show_running(guest, server, now)
    server.rescue_image_id = None


def _show_power(guest: Guest, server: Server, now: datetime) -> None:
    server.power_state, server.ssh_port = guest.power_state, guest.ssh_port
    _forget_rescue(server, now)


def _forget_rescue(server: Server, _now: datetime) -> None:
    server.rescue_image_id = None
    server.forget_secrets()
