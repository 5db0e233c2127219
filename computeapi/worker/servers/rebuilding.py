"""Make the disks of servers anew."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from computeapi.domain.operations import Operation
from computeapi.domain.servers import Server, TaskState, VmState, actions
from computeapi.domain.servers.rebuilding import set_image_facts
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.config_drive import ConfigDrive
from computeapi.ports.images import CachedImage, ImageCache
from computeapi.virt.driver import Driver, Guest
from computeapi.worker.servers.specs import cached_image, guest_spec
from computeapi.worker.servers.steps import Change, show_running, show_stopped, step, unchanged


class Rebuilding:
    """The steps of rebuild.

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

    @step(actions.REBUILD, "fetch")
    def fetch(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Fetch the image, while the server's guest is as it was."""
        self._image(_sized(server, operation), checkpoint)
        return _begin_replacing

    @step(actions.REBUILD, "replace")
    def replace(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Make the guest's disks anew, and start it unless the server was shut down."""
        server = _sized(server, operation)
        image = self._image(server, checkpoint)
        spec = guest_spec(server, self._config_drive(server), image)
        guest = self._driver.replace(
            spec,
            f"rebuild-{operation.id}",
            bool(operation.params["preserve_ephemeral"]),
            self._shutdown_timeout,
            checkpoint,
        )
        checkpoint()
        if operation.vm_state_before != VmState.STOPPED:
            guest = self._driver.power_on(server.id)
        return partial(_show, operation, guest)

    def _image(self, server: Server, checkpoint: Checkpoint) -> CachedImage | None:
        """Return the file of a server's image; None for a server that boots from a volume."""
        if server.is_volume_backed:
            return None
        return cached_image(self._images, server, checkpoint)

    @step(actions.REBUILD, "keep")
    def keep(self, server: Server, operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Keep the image that the server had, unless its disk is lost already."""
        if server.task_state == TaskState.REBUILDING:
            before: Mapping[str, Any] = operation.params["before"]  # type: ignore[assignment]  # JSON
            return partial(_take_back, before)
        return unchanged


def _sized(server: Server, operation: Operation) -> Server:
    """Return a server with the size of its new root disk."""
    return replace(server, image_gb=int(str(operation.params["image_gb"])))


def _begin_replacing(server: Server, _now: datetime) -> None:
    server.task_state = TaskState.REBUILD_SPAWNING


def _show(operation: Operation, guest: Guest, server: Server, now: datetime) -> None:
    server.image_gb = int(str(operation.params["image_gb"]))
    if operation.vm_state_before == VmState.STOPPED:
        show_stopped(server, now)
        server.forget_secrets()
    else:
        show_running(guest, server, now)


def _take_back(before: Mapping[str, Any], server: Server, _now: datetime) -> None:
    set_image_facts(server, before)
