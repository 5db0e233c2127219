"""Attach volumes to the guests of servers, and detach them."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from computeapi.domain.block_devices import BlockDevice
from computeapi.domain.operations import Operation
from computeapi.domain.servers import Server
from computeapi.domain.servers import attaching as actions
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import Driver, GuestNotFound
from computeapi.worker.block_devices import BlockDevices
from computeapi.worker.servers.steps import Change, step
from computeapi.worker.volume_sizes import show_size, show_sizes


class VolumeAttachments:
    """The steps of attach_volume, detach_volume, swap_volume and extend_volume."""

    def __init__(self, driver: Driver, devices: BlockDevices) -> None:
        self._driver = driver
        self._devices = devices

    @step(actions.ATTACH_VOLUME)
    def attach(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Connect a volume to this host, give it to the guest, and note that it is attached."""
        device = self._devices.get(operation.params["device"])
        if device is not None:
            disk = self._devices.connected(device)
            checkpoint()
            self._driver.plug(server.id, disk.on_bus_of(server.hardware))
            checkpoint()
            self._devices.complete(device)
            checkpoint()
            show_sizes(self._driver, self._devices, server.id)
        return _settle

    @step(actions.ATTACH_VOLUME, "restore")
    def release(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Release a volume that could not be attached."""
        device = self._devices.get(operation.params["device"])
        if device is not None:
            self._detach(server, device, checkpoint)
        return _settle

    @step(actions.DETACH_VOLUME)
    def detach(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Take a volume from the guest, then end its attachment."""
        device = self._devices.get(operation.params["device"])
        if device is not None:
            self._detach(server, device, checkpoint)
        return _settle

    @step(actions.DETACH_VOLUME, "restore")
    def keep(self, server: Server, operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Give the guest a volume again that could not be detached."""
        device = self._devices.get(operation.params["device"])
        if device is not None:
            disk = self._devices.connected(device).on_bus_of(server.hardware)
            self._driver.plug(server.id, disk)
            self._devices.keep(device)
        return _settle

    @step(actions.SWAP_VOLUME)
    def swap(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Copy a volume that the volume service moves, and put the copy in its place."""
        new = self._devices.get(operation.params["device"])
        old = self._devices.get(operation.params["old"])
        if new is not None and old is not None:
            volume_id = old.volume_id or ""
            # The copy is to have the id of the volume.
            disk = replace(self._devices.connected(new), volume_id=volume_id)
            checkpoint()
            self._driver.swap(server.id, volume_id, disk, checkpoint)
            checkpoint()
            self._devices.migrated(old, new)
        return _settle

    @step(actions.SWAP_VOLUME, "restore")
    def swap_back(self, _server: Server, operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Keep the volume whose copy could not be put in its place."""
        old = self._devices.get(operation.params["old"])
        if old is not None:
            self._devices.keep(old)
        new = self._devices.get(operation.params["device"])
        if new is not None and old is not None:
            self._devices.not_migrated(old, new)
        return _settle

    @step(actions.EXTEND_VOLUME)
    def extend(self, server: Server, operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Show the guest that a volume has grown; one that is made later is shown it then."""
        device = self._devices.get(operation.params["device"])
        if device is not None and device.is_with_guest:
            with suppress(GuestNotFound):
                show_size(self._driver, self._devices, device)
        return _settle

    def _detach(self, server: Server, device: BlockDevice, checkpoint: Checkpoint) -> None:
        # A guest that is not there has no volume.
        with suppress(GuestNotFound):
            self._driver.unplug(server.id, device.volume_id or "", checkpoint)
        checkpoint()
        self._devices.release(device)


def _settle(_server: Server, _now: datetime) -> None:
    """Change nothing: only the block device has changed."""
