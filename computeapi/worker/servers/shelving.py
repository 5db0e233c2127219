"""Move servers into images, and back onto hosts."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from computeapi.domain.operations import Operation
from computeapi.domain.servers import PowerState, Server, TaskState, VmState, actions, shelving
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.config_drive import ConfigDrive
from computeapi.ports.images import ImageCache
from computeapi.virt.driver import Driver, Guest, GuestSpec
from computeapi.worker.servers.specs import cached_image, guest_spec
from computeapi.worker.servers.steps import (
    Change,
    show,
    show_running,
    show_stopped,
    step,
    unchanged,
)
from computeapi.worker.uploads import Uploads


class Shelving:
    """The steps of shelve, shelveOffload and unshelve.

    :param shutdown_timeout: seconds that a guest has to shut down when asked.
    """

    def __init__(
        self,
        driver: Driver,
        images: ImageCache,
        config_drive: ConfigDrive,
        uploads: Uploads,
        shutdown_timeout: float,
    ) -> None:
        self._driver = driver
        self._images = images
        self._config_drive = config_drive
        self._uploads = uploads
        self._shutdown_timeout = shutdown_timeout

    @step(actions.SHELVE, "stop")
    def stop(self, server: Server, _operation: Operation, checkpoint: Checkpoint) -> Change:
        """Shut the server's guest down.

        A suspended one is off; its memory is kept until the disk is in the image.
        """
        if server.vm_state != VmState.SUSPENDED:
            # The processors of a paused guest stand still: it cannot shut down when asked.
            timeout = 0 if server.vm_state == VmState.PAUSED else self._shutdown_timeout
            self._driver.power_off(server.id, timeout, checkpoint)
        return partial(_set_task, TaskState.SHELVING_IMAGE_PENDING_UPLOAD)

    @step(actions.SHELVE, "copy")
    def copy(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Copy the disk of the server's guest, unless it is a volume."""
        if not server.is_volume_backed:
            self._uploads.copy(operation, checkpoint)
        return partial(_set_task, TaskState.SHELVING_IMAGE_UPLOADING)

    @step(actions.SHELVE, "upload")
    def upload(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Write the copy to the server's image."""
        if not server.is_volume_backed:
            self._uploads.send(operation, checkpoint)
        if server.vm_state == VmState.SUSPENDED:
            self._driver.power_off(server.id, 0, checkpoint)
        follows = TaskState.SHELVING_OFFLOADING if operation.params.get("offload") else None
        return partial(_shelve, follows)

    @step(actions.SHELVE, "offload")
    def end(self, server: Server, _operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Remove the server's guest, unless shelved servers keep it for a while."""
        if server.task_state != TaskState.SHELVING_OFFLOADING:
            return unchanged
        self._driver.destroy(server.id)
        return _offload

    @step(actions.SHELVE, "restore")
    def restore(self, server: Server, operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Start the server's guest again, if it ran before, after it could not be shelved.

        A server whose disk is in its image stays shelved.
        """
        if server.vm_state == VmState.SHELVED:
            return partial(_set_task, None)
        if not server.is_volume_backed:
            self._uploads.clear(operation)
        if server.vm_state == VmState.ACTIVE:
            return partial(_unshelve, self._driver.power_on(server.id))
        return partial(_stay_off, server.vm_state)

    @step(actions.SHELVE_OFFLOAD)
    def offload(self, server: Server, _operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Remove the guest of a shelved server."""
        self._driver.destroy(server.id)
        return _offload

    @step(actions.UNSHELVE)
    def unshelve(self, server: Server, _operation: Operation, checkpoint: Checkpoint) -> Change:
        """Start the server's guest, which is made of the server's disk where it is not there."""
        if server.vm_state == VmState.SHELVED:
            return partial(_unshelve, self._driver.power_on(server.id))
        spec = self._spec(server, checkpoint)
        checkpoint()
        return partial(_unshelve, self._driver.spawn(spec, checkpoint))

    @step(actions.UNSHELVE, "clear")
    def clear(self, server: Server, _operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Remove the parts of a guest that could not be made; one that was there stays."""
        if server.vm_state == VmState.SHELVED:
            return partial(_set_task, None)
        self._driver.destroy(server.id)
        return _offload

    def _spec(self, server: Server, checkpoint: Checkpoint) -> GuestSpec:
        if server.is_volume_backed:
            return guest_spec(server, self._config_drive(server))
        shelved = replace(server, image_id=server.shelved_image_id)
        image = cached_image(self._images, shelved, checkpoint)
        # The image goes when the server is unshelved: the disk must not need it.
        return replace(guest_spec(server, self._config_drive(server), image), copies_image=True)


def _set_task(task: TaskState | None, server: Server, _now: datetime) -> None:
    server.task_state = task


def _shelve(follows: TaskState | None, server: Server, now: datetime) -> None:
    shelving.shelve(server, now)
    server.task_state = follows


def _offload(server: Server, _now: datetime) -> None:
    shelving.offload(server)


def _unshelve(guest: Guest, server: Server, now: datetime) -> None:
    show_running(guest, server, now)
    shelving.forget_image(server)


def _stay_off(vm_state: str, server: Server, now: datetime) -> None:
    """Note that a guest which was off, or paused, is off."""
    if vm_state == VmState.SUSPENDED:
        show(vm_state, PowerState.SHUTDOWN, None, server, now)
    else:
        show_stopped(server, now)
    shelving.forget_image(server)
