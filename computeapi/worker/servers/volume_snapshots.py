"""Take and delete snapshots of volumes that guests have, for the volume service."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from computeapi.domain.assisted_volume_snapshots import FORMAT
from computeapi.domain.block_devices import BlockDevice
from computeapi.domain.errors import NotFound, Superseded
from computeapi.domain.operations import Operation
from computeapi.domain.servers import Server
from computeapi.domain.servers import attaching as actions
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import Driver
from computeapi.virt.driver_volumes import VolumeMerge
from computeapi.worker.block_device_files import with_file
from computeapi.worker.block_devices import BlockDevices
from computeapi.worker.servers.steps import Change, step, unchanged


class _Statuses(NamedTuple):
    """The statuses of a snapshot of which the volume service is told."""

    done: str
    failed: str


_STATUSES = {
    actions.SNAPSHOT_VOLUME.name: _Statuses("creating", "error"),
    actions.MERGE_VOLUME.name: _Statuses("deleting", "error_deleting"),
}


class VolumeSnapshots:
    """The steps of volume_snapshot_create and volume_snapshot_delete."""

    def __init__(self, driver: Driver, devices: BlockDevices) -> None:
        self._driver = driver
        self._devices = devices

    @step(actions.SNAPSHOT_VOLUME)
    def take(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Make the guest go on with another file, and report it."""
        with self._reported(operation):
            device, name = self._device(operation), str(operation.params["file"])
            disk = with_file(self._devices.connected(device), name, FORMAT)
            checkpoint()
            must_quiesce = bool(server.hardware.require_quiesce)
            self._driver.snapshot_volume(server.id, disk, must_quiesce)
            self._devices.keep_file(device, disk)
        return unchanged

    @step(actions.MERGE_VOLUME)
    def merge(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Make files of a volume one, and report it."""
        with self._reported(operation):
            device = self._device(operation)
            merge = VolumeMerge(_name(operation, "top"), _name(operation, "base"))
            checkpoint()
            self._driver.merge_volume(server.id, device.volume_id or "", merge, checkpoint)
        return unchanged

    @step((actions.SNAPSHOT_VOLUME, actions.MERGE_VOLUME), "restore")
    def report_failure(
        self, _server: Server, operation: Operation, _checkpoint: Checkpoint
    ) -> Change:
        """Report a snapshot that could not be taken, or not be deleted."""
        self._report(operation, _STATUSES[operation.action].failed)
        return unchanged

    def _device(self, operation: Operation) -> BlockDevice:
        """Return the block device that an operation is about.

        :raises NotFound: when it was detached meanwhile.
        """
        device = self._devices.get(operation.params["device"])
        if device is None:
            raise NotFound("The volume is not attached any more.")
        return device

    @contextmanager
    def _reported(self, operation: Operation) -> Iterator[None]:
        """Report the end of the work, or that a delete of the server came before it."""
        statuses = _STATUSES[operation.action]
        try:
            yield
        except Superseded:
            self._report(operation, statuses.failed)
            raise
        self._report(operation, statuses.done)

    def _report(self, operation: Operation, status: str) -> None:
        self._devices.report(str(operation.params["snapshot"]), status)


def _name(operation: Operation, key: str) -> str | None:
    name = operation.params[key]
    return None if name is None else str(name)
